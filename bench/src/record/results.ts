import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Timing } from "../timing/statistics.js";
import type { Environment } from "./environment.js";

/** One kernel on one shape, by contestant: `reference`, `avx512 × 1` … */
export interface KernelResult {
  readonly kernel: string;
  readonly variant: string;
  readonly shape: string;
  /** What a rate counts, and how many of it one call does. */
  readonly unit: string;
  readonly work: number;
  readonly entries: readonly KernelEntry[];
}

export interface KernelEntry {
  readonly kernels: string;
  readonly isa: string;
  readonly threads: number;
  readonly seconds: Timing;
}

export interface KernelReport {
  readonly format: "telltale-bench-kernels/1";
  readonly environment: Environment;
  readonly loadAfter: number;
  readonly results: readonly KernelResult[];
  readonly defects: readonly string[];
}

/** One comparison with other libraries. */
export interface PeerResult {
  readonly name: string;
  readonly task: "score" | "fit" | "resample" | "measure" | "whole-process";
  readonly unit: string;
  readonly work: number;
  readonly entries: readonly PeerEntry[];
  readonly goals: readonly GoalResult[];
}

export interface PeerEntry {
  readonly contestant: string;
  /** What it is, with its version, where the list of peers does not tell. */
  readonly library?: string;
  readonly seconds: Timing;
  /** Of scoring other rows than those of the fit, where that was timed by itself. */
  readonly scoreSeconds?: Timing;
  /** Share of anomalies among as many highest scores as there are anomalies. */
  readonly precisionAtN?: number;
  /** Largest growth of resident memory while the contestant worked, in MiB, of the process that it worked in. */
  readonly grownMiB?: number;
  /** ROC-AUC of the scores on the planted labels, where scores were made. */
  readonly rocAuc?: number;
  /** Largest peak of resident memory of the process, in MiB, where a whole process was measured. */
  readonly peakMiB?: number;
  /** User and system time of all threads of that process, median. */
  readonly processorSeconds?: number;
  /** Units of work, where they are not those of the result. */
  readonly work?: number;
}

/** A ratio that the project promises, and what was measured. */
export interface GoalResult {
  readonly what: string;
  readonly bound: string;
  readonly measured: string;
  readonly met: boolean;
}

export interface PeerReport {
  readonly format: "telltale-bench-peers/1";
  readonly environment: Environment;
  readonly loadAfter: number;
  /** Versions of the peers, by name; empty when they are absent. */
  readonly peers: Readonly<Record<string, string>>;
  readonly results: readonly PeerResult[];
  /** What was left out, and why. */
  readonly notes: readonly string[];
}

export type Report = KernelReport | PeerReport;

/** The folder of bench/, from `src` as from `dist`. */
export const BENCH = join(import.meta.dirname, "..", "..");

/** Results of this machine; git ignores them. */
export const LOCAL_RESULTS = join(BENCH, "results", "local");

export function writeReport(file: string, report: Report): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.part`, `${JSON.stringify(report, null, 2)}\n`);
  renameSync(`${file}.part`, file);
}

/** @throws an error that names the file when it is no report of this format */
export function readReport(file: string): Report {
  const report = JSON.parse(readFileSync(file, "utf8")) as Partial<Report>;
  if (report.format !== "telltale-bench-kernels/1" && report.format !== "telltale-bench-peers/1") {
    throw new Error(`${file}: expected a benchmark report; found format ${JSON.stringify(report.format)}`);
  }
  return report as Report;
}
