import { rmSync } from "node:fs";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const held = new Set<string>();

/** From now on, the file or folder is removed when the process ends or is told to end by SIGINT, SIGTERM or SIGHUP. */
export function holdTemporary(path: string): void {
  if (held.size === 0) {
    process.on("exit", removeHeld);
    for (const signal of SIGNALS) process.on(signal, onSignal);
  }
  held.add(path);
}

/** The file or folder is no longer temporary, or is gone. */
export function releaseTemporary(path: string): void {
  held.delete(path);
  if (held.size === 0) stopWatching();
}

function stopWatching(): void {
  process.removeListener("exit", removeHeld);
  for (const signal of SIGNALS) process.removeListener(signal, onSignal);
}

function removeHeld(): void {
  for (const path of held) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      // Nothing more can be done at the end of the process.
    }
  }
  held.clear();
}

/** Cleans up, and then lets the signal do what it would have done, unless the program listens to it itself. */
function onSignal(signal: NodeJS.Signals): void {
  removeHeld();
  stopWatching();
  if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
}
