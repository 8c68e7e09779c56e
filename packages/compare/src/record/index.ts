export { Journal } from "./journal.js";
export {
  type DataFile,
  dataFileOf,
  type Machine,
  type Provenance,
  type ProvenanceOptions,
  provenance,
} from "./provenance.js";
export { stableJson } from "./stable-json.js";
