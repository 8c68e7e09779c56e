import { homedir } from "node:os";
import { join } from "node:path";

/**
 * Where fetched data sets are kept: `TELLTALE_CACHE`, else the cache folder of the user as the operating system has it.
 */
export function cacheFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const { TELLTALE_CACHE: own, XDG_CACHE_HOME: xdg, LOCALAPPDATA: local } = env;
  if (own !== undefined && own !== "") return join(own, "datasets");
  if (platform === "win32") return join(local ?? join(homedir(), "AppData", "Local"), "telltale", "Cache", "datasets");
  if (platform === "darwin") return join(homedir(), "Library", "Caches", "telltale", "datasets");
  return join(xdg === undefined || xdg === "" ? join(homedir(), ".cache") : xdg, "telltale", "datasets");
}
