import { maskedCrc32c } from './crc32c';

/** The data of a record, or what is wrong at this place. */
export type FileRecord = { readonly data: Uint8Array } | { readonly fault: string };

/** Before the data its length (8 bytes) and the length's CRC (4), behind it its own (4). */
const [HEAD, FOOT] = [12, 4];

/** The records of a TFRecord file. Behind one whose data is damaged the next can be read; behind a damaged length nothing can. */
export function* recordsOf(bytes: Uint8Array): Generator<FileRecord> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at < bytes.length;) {
    const start = at + HEAD;
    if (start > bytes.length) {
      yield { fault: `the file ends within a record, at byte ${at}` };
      return;
    }
    if (maskedCrc32c(bytes, at, at + 8) !== view.getUint32(at + 8, true)) {
      yield { fault: `CRC mismatch in the length of the record at byte ${at}` };
      return;
    }
    const end = start + view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x1_0000_0000;
    if (end + FOOT > bytes.length) {
      yield { fault: `the file ends within a record, at byte ${at}` };
      return;
    }
    if (maskedCrc32c(bytes, start, end) === view.getUint32(end, true))
      yield { data: bytes.subarray(start, end) };
    else yield { fault: `CRC mismatch in the record at byte ${at}` };
    at = end + FOOT;
  }
}

/** Whether a file starts with a record. */
export function isRecordFile(bytes: Uint8Array): boolean {
  if (bytes.length < HEAD) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, HEAD);
  return maskedCrc32c(bytes, 0, 8) === view.getUint32(8, true);
}
