const UTF_8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text of bytes in UTF-8, a byte order mark included. */
export function textOfBytes(bytes: Uint8Array): string {
  return UTF_8.decode(bytes);
}
