import type { Random } from "@telltale/core";
import type { FaultLevels } from "./faults.js";

/** Seconds between two changes of the load, on average. */
const LOAD_CHANGE = 400;
/** Heads in bar, flows in litres a minute: the pump's head is 0.62 n² − 1.2e-5 Q², the pipe's 0.05 + 2.2e-5 (Q / opening)². */
const SHUT_OFF_HEAD = 0.62;
const PUMP_SLOPE = 1.2e-5;
const STATIC_HEAD = 0.05;
const PIPE_RESISTANCE = 2.2e-5;

/**
 * The state of a pump that drives water around a loop, one second a step: speed set-points that change now and then, a
 * slowly wandering valve, and quantities that follow each other with their own inertia. Only additions, multiplications,
 * divisions and square roots, so that the numbers are the same on every machine.
 */
export class Rig {
  readonly #random: Random;
  #target = 1;
  #speed = 1;
  #valve = 0;
  #flow: number;
  #voltage = 0;
  #temperature: number;
  #water = 28;
  #room = 24;
  #vibration = 0;
  #burst = 0;

  constructor(random: Random) {
    this.#random = random;
    this.#flow = operatingPoint(1, 1).flow;
    this.#temperature = 88 + random.normal();
  }

  /** Moves on by one second and writes the eight readings. */
  step(faults: FaultLevels, out: Float64Array, at: number): void {
    const random = this.#random;
    if (random.uniform() < 1 / LOAD_CHANGE) this.#target = 0.9 + 0.05 * random.below(5);
    this.#speed += (this.#target - this.#speed) / 8;
    this.#valve += -this.#valve / 120 + 0.002 * random.normal();
    this.#voltage += -this.#voltage / 30 + 0.6 * random.normal();

    // A closing valve narrows the pipe; a leak opens a second way out before the flow meter.
    const opening = Math.max(0.2, 1 + this.#valve - 0.45 * faults.valve);
    const leak = 0.35 * faults.leak;
    const { flow: total, head } = operatingPoint(this.#speed, opening + leak);
    this.#burst = faults.cavitation * burst(this.#burst / Math.max(faults.cavitation, 1e-9), random);
    const bubbles = faults.cavitation * 0.06 + 0.12 * this.#burst;
    const measured = (total * opening * (1 - bubbles)) / (opening + leak);
    this.#flow += (measured - this.#flow) / 3;

    const { imbalance } = faults;
    const volts = 228 + this.#voltage;
    // Hydraulic power over efficiency, plus friction in the bearings, which an unbalanced rotor raises.
    const power = 260 + 4.2 * head * total + 90 * imbalance;
    const amperes = power / volts;
    const cooling = 0.4 + this.#flow / 210;
    this.#room += (24 - this.#room) / 3000 + 0.004 * random.normal();
    this.#temperature += (this.#room + power / 7.4 / cooling - this.#temperature) / 180 + 0.05 * random.normal();
    this.#water += (this.#room + 0.013 * power - this.#water) / 900 + 0.003 * random.normal();
    this.#vibration += -this.#vibration / 15 + 0.0008 * random.normal();

    const square = this.#speed * this.#speed;
    const shaking = 1 + 0.9 * imbalance * square + 1.6 * this.#burst + 0.12 * faults.cavitation;
    out[at] = (0.212 * square + this.#vibration) * shaking + 0.0016 * random.normal();
    out[at + 1] = (0.268 * square + 0.8 * this.#vibration) * (1 + 0.85 * (shaking - 1)) + 0.0018 * random.normal();
    out[at + 2] = amperes + 0.06 * random.normal() + 0.05 * imbalance * random.normal();
    out[at + 3] = head * (1 - 0.5 * bubbles) + 0.004 * random.normal() + 0.02 * this.#burst * random.normal();
    out[at + 4] = this.#temperature + 0.08 * random.normal();
    out[at + 5] = this.#water + 0.01 * random.normal();
    out[at + 6] = volts + 1.5 * random.normal();
    out[at + 7] = this.#flow + 0.35 * random.normal();
  }
}

/** Where the pump's curve meets the pipe's. */
function operatingPoint(speed: number, opening: number): { flow: number; head: number } {
  const square = (SHUT_OFF_HEAD * speed * speed - STATIC_HEAD) / (PUMP_SLOPE + PIPE_RESISTANCE / (opening * opening));
  return { flow: Math.sqrt(square), head: SHUT_OFF_HEAD * speed * speed - PUMP_SLOPE * square };
}

/** Collapsing bubbles come in bursts: a kick now and then that dies away within seconds. */
function burst(before: number, random: Random): number {
  const kick = random.uniform();
  return 0.55 * before + (kick < 0.35 ? 0.4 + kick : 0);
}
