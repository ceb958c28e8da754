import { constants, gunzipSync } from 'node:zlib';

/**
 * What a gzip stream holds, and how many bytes of `bytes` it took.
 *
 * @throws Error with the `code` `ERR_BUFFER_TOO_LARGE` when that is more than `mostBytes`, another when the stream is damaged
 */
export function gunzip(bytes: Uint8Array, mostBytes: number): { bytes: Uint8Array; read: number } {
  // With `info`, Node also returns the engine, which knows how many bytes it read: zeros after the end are not an error to it.
  const { buffer, engine } = gunzipSync(bytes, {
    info: true,
    maxOutputLength: mostBytes,
  }) as unknown as Inflated;
  return { bytes: buffer, read: engine.bytesWritten };
}

interface Inflated {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

/** What the first bytes of a gzip stream hold, as far as they go. @throws Error when the stream is damaged */
export function gunzipStart(bytes: Uint8Array): Uint8Array {
  return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
}
