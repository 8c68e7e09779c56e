export { ExitCode, run } from "./run.js";
export { type Output, Session, type SessionOptions } from "./session.js";
export { VERSION } from "./version.js";
