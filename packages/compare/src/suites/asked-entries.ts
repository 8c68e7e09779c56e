import { ParamError, registry } from "@telltale/core";
import { ALL, type AskedDetector, detectorsAsked, NEURAL } from "./detectors-asked.js";

const isGroup = (text: string) => text === ALL || text === NEURAL;

/**
 * The detectors to run on a benchmark that gives no labels to learn from: those that are asked for, `all` or `neural` without the ones that learn from
 * labels and the controls, or those of the benchmark's choice that are registered.
 *
 * @throws ParamError `PARAM_UNKNOWN`; `PARAM_RANGE` for one that learns from labels, when it is named
 */
export function unlabelledDetectors(
  asked: readonly string[] | undefined,
  choice: readonly string[],
  benchmark: string,
): AskedDetector[] {
  const texts = asked ?? choice.filter((text) => registry.has(text.split(":")[0] as string));
  const traitsOf = ({ make }: AskedDetector) => make(0).spec.traits;
  const all = detectorsAsked(texts.filter(isGroup)).filter((each) => {
    const { supervised, control } = traitsOf(each);
    return supervised !== true && control !== true;
  });
  const named = detectorsAsked(texts.filter((text) => !isGroup(text)));
  for (const each of named) {
    if (traitsOf(each).supervised !== true) continue;
    throw new ParamError(
      "PARAM_RANGE",
      `${each.text} learns from labels, and the protocol of ${benchmark} gives none`,
      {
        remedy: "Leave it out",
      },
    );
  }
  return [...new Map([...all, ...named].map((each) => [each.text, each])).values()];
}
