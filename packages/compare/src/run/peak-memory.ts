import { readFileSync, writeFileSync } from "node:fs";
import process from "node:process";

/** Largest resident memory of the process between two moments. */
export interface MemoryGrowth {
  /** Bytes by which the resident memory grew over what it was at the start, at its peak. */
  readonly bytes: number;
  /**
   * `peak`: the kernel's own high-water mark, set back at the start (Linux). `sampled`: the larger of what was found at the
   * end and a mark that only a record raises, so that a peak in between may be missed.
   */
  readonly method: "peak" | "sampled";
}

/**
 * Begins to watch the resident memory of this process; the function it gives back tells by how much it grew at its peak.
 * Memory that an earlier run left with the process and that is used again does not count.
 */
export function watchMemory(): () => MemoryGrowth {
  const reset = resetHighWater();
  const start = process.memoryUsage.rss();
  const record = maxRss();
  return () => {
    const mark = reset ? highWater() : undefined;
    if (mark !== undefined) return { bytes: Math.max(0, mark - start), method: "peak" };
    const now = maxRss();
    const largest = now > record ? now : process.memoryUsage.rss();
    return { bytes: Math.max(0, largest - start), method: "sampled" };
  };
}

/** In bytes, since the process began. */
function maxRss(): number {
  return process.resourceUsage().maxRSS * 1024;
}

/** Sets the high-water mark of Linux back to what is resident now; false where that cannot be done. */
function resetHighWater(): boolean {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
    return true;
  } catch {
    return false;
  }
}

function highWater(): number | undefined {
  try {
    const found = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"));
    return found === null ? undefined : Number(found[1]) * 1024;
  } catch {
    return undefined;
  }
}
