import type { DetectorFactory, Kernels } from "@telltale/core";
import type { Session } from "./session.js";

/** What a neural detector learns on, in words for people and for programs. */
export interface LearnsOn {
  /** `kernels`, or `tensorflow.js:node`, `tensorflow.js:wasm`, `tensorflow.js:cpu`. */
  readonly name: string;
  readonly words: string;
  /** What a person should know about it, with the remedy. */
  readonly notice?: string;
}

const ON = {
  node: "TensorFlow",
  wasm: "TensorFlow.js in WebAssembly",
  cpu: "TensorFlow.js in plain JavaScript",
} as const;

/**
 * What networks learn on here: the kernels, unless the environment variable TELLTALE_DEEP asks for TensorFlow.js, which is loaded
 * then. Undefined for a detector that is no network.
 *
 * @throws KernelError `KERNEL_UNAVAILABLE` when it is asked for and not there · ParamError when the variable says something else
 */
export async function learnsOn(
  spec: Pick<DetectorFactory["spec"], "traits">,
  kernels: Kernels,
): Promise<LearnsOn | undefined> {
  if (spec.traits.neural !== true) return undefined;
  const { backendNotice, loadBackend, tensorFlowAsked } = await import("@telltale/deep");
  if (!tensorFlowAsked()) return { name: "kernels", words: `the kernels ${kernels.name}` };
  const backend = await loadBackend();
  const asked = `${ON[backend.name]}, as TELLTALE_DEEP asks`;
  const slower =
    backendNotice(backend) ?? "The kernels are faster, and give the same bits everywhere: unset TELLTALE_DEEP";
  return { name: `tensorflow.js:${backend.name}`, words: asked, notice: `the network learns on ${asked}. ${slower}` };
}

/** Tells once, before anything is learned, when a network learns on something else than the kernels. */
export async function tellLearnsOn(
  spec: Pick<DetectorFactory["spec"], "traits">,
  kernels: Kernels,
  session: Session,
): Promise<LearnsOn | undefined> {
  const found = await learnsOn(spec, kernels);
  if (found?.notice !== undefined) session.warn(found.notice);
  return found;
}
