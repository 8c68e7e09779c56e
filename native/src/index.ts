export type { IsaName } from "./addon.js";
export type { LoadAttempt } from "./loader.js";
export { kernelsFor, loadNative, type NativeOptions, type NativeStatus, nativeStatus } from "./native.js";

import type { Kernels } from "@telltale/core";
import { loadNative } from "./native.js";

/** What {@link loadNative} returned when this module was first imported. */
export const nativeKernels: Kernels | undefined = loadNative();
