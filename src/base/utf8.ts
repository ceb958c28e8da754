const STRICT = new TextDecoder('utf-8', { fatal: true });
const UTF_8 = new TextDecoder('utf-8', { ignoreBOM: true });

/** The text of bytes in UTF-8, a byte order mark included. */
export function textOfBytes(bytes: Uint8Array): string {
  return UTF_8.decode(bytes);
}

/** Whether bytes are a text in UTF-8. */
export function isUtf8(bytes: Uint8Array): boolean {
  try {
    STRICT.decode(bytes);
    return true;
  } catch {
    return false;
  }
}
