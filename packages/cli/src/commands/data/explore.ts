import { basename } from "node:path";
import { openSource, writeFileAtomic } from "@telltale/data";
import { explorationReport, toHtml } from "@telltale/report";
import { type ExploredColumns, explored } from "../../input/explored.js";
import { requireOtherFile } from "../../input/other-file.js";
import { readOptions } from "../../input/read-options.js";
import type { ReadFlags } from "../../options/common-flags.js";
import { findingsText } from "../../output/findings-text.js";
import { listed } from "../../output/numbers.js";
import { Progress } from "../../output/progress.js";
import type { Session } from "../../session.js";
import { VERSION } from "../../version.js";

export interface ExploreFlags extends ReadFlags, ExploredColumns {
  /** Where to write a page about it. */
  readonly report?: string;
}

/** Looks at files and says what they hold, and what may be wrong with it. */
export async function explore(paths: readonly string[], flags: ExploreFlags, session: Session): Promise<void> {
  const { report } = flags;
  if (report !== undefined) await requireOtherFile("--report", report, paths);
  const source = await openSource(paths, readOptions(flags));
  const progress = new Progress(session, "reading");
  try {
    const seen = await explored(source, flags, session.signal, progress);
    progress.end();
    const files = source.files.map(({ file }) => file);
    if (report !== undefined) {
      const title = listed(
        files.map((file) => basename(file)),
        4,
      );
      const page = toHtml(explorationReport(seen, { title, footer: `Made by Telltale ${VERSION}.` }));
      await writeFileAtomic(report, new TextEncoder().encode(page));
    }
    if (session.json) {
      session.printJson({ ...seen.findings, sources: files, ...(report === undefined ? {} : { report }) });
      return;
    }
    session.print(findingsText(seen.findings, session));
    if (report !== undefined) session.say(`report written to ${report}`);
  } finally {
    progress.end();
    await source.close();
  }
}
