import { AssayError } from '../../base/errors';

/** A field of a protobuf message. What it means only its number says, in the message's definition. */
export type Field =
  | { readonly number: number; readonly kind: 'varint'; readonly value: number }
  /** 4 or 8 bytes for a fixed number; any for a text, a message or packed numbers. */
  | { readonly number: number; readonly kind: 'bytes'; readonly bytes: Uint8Array };

/**
 * The fields of a message, in the order in which they are written.
 *
 * @throws AssayError `log-syntax` where the bytes are none
 */
export function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1, length = 1; length <= 10; factor *= 128, length++) {
      if (at >= bytes.length) throw noMessage();
      const byte = bytes[at++];
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
    throw noMessage();
  };
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - at) throw noMessage();
    return bytes.subarray(at, (at += length));
  };
  while (at < bytes.length) {
    const key = varint();
    const number = Math.floor(key / 8);
    switch (key % 8) {
      case 0:
        yield { number, kind: 'varint', value: varint() };
        break;
      case 1:
        yield { number, kind: 'bytes', bytes: take(8) };
        break;
      case 2:
        yield { number, kind: 'bytes', bytes: take(varint()) };
        break;
      case 5:
        yield { number, kind: 'bytes', bytes: take(4) };
        break;
      default:
        throw noMessage();
    }
  }
}

function noMessage(): AssayError {
  return new AssayError('log-syntax', { what: 'not a message of protobuf' });
}

/** The number of 4 bytes (float32) or 8 (float64); undefined of any other length. */
export function floatOf(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length === 4) return view.getFloat32(0, true);
  return bytes.length === 8 ? view.getFloat64(0, true) : undefined;
}

export function wireText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
