/** What `scripts/buildWeb.ts` puts into the bundles. */

/** The files of the package that a page has, gzipped JSON: their texts by their paths from its root. */
declare module 'built-in' {
  const gzipped: Uint8Array;
  export default gzipped;
}

/** The bundle of `worker.ts`. */
declare module 'worker-code' {
  const code: string;
  export default code;
}

/** The built kernels of the wasm engine. */
declare module 'kernels' {
  const code: Uint8Array<ArrayBuffer>;
  export default code;
}

/** The bundle of `engine/wasm/worker.ts`. */
declare module 'thread-code' {
  const code: string;
  export default code;
}
