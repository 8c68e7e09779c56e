import { WrongResult } from "../failures.js";
import type { PeerResult } from "../record/results.js";
import { KERAS_PLAN, pythonEnvironment } from "./environment.js";
import { CannotRun, type PeerRun } from "./peer-case.js";
import { PythonPeer } from "./python-peer.js";

/** Runs a case with Keras beside it, in an environment of its own; without it where the peers are left out. */
export async function withKeras(
  given: PeerRun,
  run: (keras: PythonPeer | undefined) => Promise<PeerResult[]>,
): Promise<PeerResult[]> {
  if (given.peer === undefined) return run(undefined);
  const found = pythonEnvironment(given.progress, KERAS_PLAN);
  if ("absent" in found) throw new CannotRun(`Keras: ${found.absent}`);
  const keras = new PythonPeer(found.python);
  try {
    return await run(keras);
  } finally {
    keras.stop();
  }
}

/** @throws {@link WrongResult} when a training did not come down to what its first epoch should reach */
export function checkLoss(name: string, who: string, loss: number | undefined, most: number): void {
  if (loss !== undefined && loss < most) return;
  throw new WrongResult(`${name}: the loss of ${who} is ${loss}; expected it below ${most}`);
}
