import type { TrainingSettings } from "./settings.js";

/** The learning rate of an epoch, epochs counted from 0; a plateau lowers it by how often the loss stood still so far. */
export function learningRate(settings: TrainingSettings, epoch: number, plateaus: number): number {
  const { rate, leastRate } = settings;
  return Math.max(scheduled(settings, epoch, plateaus), Math.min(rate, leastRate));
}

function scheduled(settings: TrainingSettings, epoch: number, plateaus: number): number {
  const { rate, schedule, rateFactor, rateEpochs, epochs } = settings;
  if (schedule === "plateau") return rate * powerOf(rateFactor, plateaus);
  if (schedule === "step") return rate * powerOf(rateFactor, Math.floor(epoch / rateEpochs));
  // A polynomial of the same ends and slopes would be cheaper, but the cosine is what the name promises; its last bit may
  // differ between engines, so the rate is rounded to twelve digits.
  if (schedule === "cosine") return Number((rate * 0.5 * (1 + Math.cos((Math.PI * epoch) / epochs))).toPrecision(12));
  return rate;
}

/** factorⁿ by multiplication, which every engine rounds alike. */
function powerOf(factor: number, n: number): number {
  let power = 1;
  for (let i = 0; i < n; i++) power *= factor;
  return power;
}
