/** Version of this library, as in package.json; written into model files. */
export const VERSION = "0.1.0";
