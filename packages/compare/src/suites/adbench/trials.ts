import { averagePrecision, type CallOptions, type Control, type Detector, ParamError, rocAuc } from "@telltale/core";
import { failureOf } from "../../run/index.js";
import type { AdbenchSplit } from "./protocol.js";

/** One detector on one division of one set. */
export type AdbenchTrial =
  | {
      readonly status: "done";
      readonly rocAuc: number;
      readonly averagePrecision: number;
      readonly fitSeconds: number;
      readonly scoreSeconds: number;
    }
  | { readonly status: "failed"; readonly code: string; readonly message: string };

/** Fits, scores and judges; what goes wrong is the result. */
export async function tryDetector(
  detector: Detector,
  { train, test, labels }: AdbenchSplit,
  options: CallOptions & Pick<Control, "signal">,
): Promise<AdbenchTrial> {
  options.signal?.throwIfAborted();
  try {
    requireRows(detector);
    const start = performance.now();
    const model = await detector.fit(train, options);
    const fitted = performance.now();
    const scores = await model.score(test, options);
    const scored = performance.now();
    return {
      status: "done",
      rocAuc: rocAuc(labels, scores),
      averagePrecision: averagePrecision(labels, scores),
      fitSeconds: (fitted - start) / 1000,
      scoreSeconds: (scored - fitted) / 1000,
    };
  } catch (error) {
    options.signal?.throwIfAborted();
    const { code, message } = failureOf(error, "fit");
    return { status: "failed", code, message };
  }
}

function requireRows({ spec }: Detector): void {
  const wrong = spec.input === "series" ? "looks at series" : spec.traits.supervised ? "learns from labels" : undefined;
  if (wrong === undefined) return;
  throw new ParamError(
    "PARAM_RANGE",
    `the benchmark has rows without order or labels to learn from; ${spec.name} ${wrong}`,
    {
      remedy: "Choose detectors of tables that need no labels; telltale list says what each one is for",
    },
  );
}
