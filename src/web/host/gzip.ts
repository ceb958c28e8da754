import { Gunzip } from 'fflate';

/** What `base/gzip` is in a browser. fflate does not check the stream's own checksum: whoever needs the bytes to be right holds their digest. */

export function gunzip(bytes: Uint8Array, mostBytes: number): { bytes: Uint8Array; read: number } {
  return { bytes: inflated(bytes, mostBytes, true), read: bytes.length };
}

export function gunzipStart(bytes: Uint8Array): Uint8Array {
  return inflated(bytes, Infinity, false);
}

/** No more is unpacked at once than comes of so many bytes. */
const BYTES_AT_ONCE = 1 << 16;

function inflated(bytes: Uint8Array, mostBytes: number, isWhole: boolean): Uint8Array {
  const parts: Uint8Array[] = [];
  let length = 0;
  const stream = new Gunzip((part) => {
    parts.push(part);
    length += part.length;
  });
  for (let at = 0; at < bytes.length; at += BYTES_AT_ONCE) {
    stream.push(bytes.subarray(at, at + BYTES_AT_ONCE), isWhole && at + BYTES_AT_ONCE >= bytes.length);
    if (length > mostBytes)
      throw Object.assign(new Error('too many bytes'), { code: 'ERR_BUFFER_TOO_LARGE' });
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
