export { cacheFolder } from "./cache-folder.js";
export { type Downloaded, type DownloadOptions, download } from "./download.js";
export { type FetchedDataSet, type FetchedFile, type FetchOptions, fetchDataSet } from "./fetch-data-set.js";
