import { sha256 } from '@noble/hashes/sha2';
import { bytesToHex } from '@noble/hashes/utils';

/** What `base/sha256` is in a browser, whose own SHA-256 makes callers wait. */

export function sha256Of(data: string | Uint8Array): string {
  return bytesToHex(sha256(data));
}

export function sha256BytesOf(data: Uint8Array): Uint8Array {
  return sha256(data);
}

export function sha256OfParts(parts: Iterable<Uint8Array>): string {
  const hash = sha256.create();
  for (const part of parts) hash.update(part);
  return bytesToHex(hash.digest());
}
