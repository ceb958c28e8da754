import { createHash } from 'node:crypto';

/** In hex; of a text, that of its UTF-8. */
export function sha256Of(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** Its 32 bytes. */
export function sha256BytesOf(data: Uint8Array): Uint8Array {
  return createHash('sha256').update(data).digest();
}

/** In hex, of bytes that are there in parts. */
export function sha256OfParts(parts: Iterable<Uint8Array>): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
