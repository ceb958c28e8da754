import { crc32 } from 'node:zlib';
import { invalid, quoted, refused } from '../fault';

/** The records of an archive by their names, in the archive's order; their bytes are views into the file's. */
export type Records = ReadonlyMap<string, Buffer>;

const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;
const CENTRAL_HEADER = 0x02014b50;
const CENTRAL_HEADER_BYTES = 46;
const DESCRIPTOR = 0x08074b50;
const DESCRIPTOR_BYTES = 16;
const END = 0x06054b50;
const END_BYTES = 22;
const END64 = 0x06064b50;
const END64_BYTES = 56;
const LOCATOR64 = 0x07064b50;
const LOCATOR64_BYTES = 20;

const ENCRYPTED = 1 << 0;
const HAS_DESCRIPTOR = 1 << 3;
const STORED = 0;
/** Stands for a number that is in a zip64 field. */
const SATURATED = 0xffffffff;

/** What the central directory says of a record. */
interface Entry {
  readonly name: string;
  readonly flags: number;
  readonly crc: number;
  readonly size: number;
  readonly headerOffset: number;
}

export function isZip(bytes: Buffer): boolean {
  return bytes.length >= LOCAL_HEADER_BYTES && bytes.readUInt32LE(0) === LOCAL_HEADER;
}

/**
 * Reads a zip archive of stored records, such as PyTorch writes. Nothing is decompressed, and nothing copied; each byte belongs to one record
 * or to the directory, and each record's CRC-32 must be right.
 *
 * Source: APPNOTE.TXT 6.3.10, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 *
 * @param where names the file
 * @throws AssayError `checkpoint-invalid`; `checkpoint-refused` when a record is compressed or encrypted, or the archive is of many parts
 *   or has numbers of more than 32 bits.
 */
export function readStoredZip(bytes: Buffer, where: string): Records {
  const { start, end, count } = directoryOf(bytes, where);
  const entries: Entry[] = [];
  let at = start;
  while (at < end && entries.length <= count) {
    const [entry, next] = entryAt(bytes, at, end, where);
    entries.push(entry);
    at = next;
  }
  if (entries.length !== count) {
    const got = entries.length > count ? 'more' : String(entries.length);
    throw invalid(where, {
      what: 'the zip directory has another number of records',
      expected: String(count),
      got,
    });
  }
  const records = new Map<string, Buffer>();
  let next = 0;
  for (const entry of entries.sort((a, b) => a.headerOffset - b.headerOffset)) {
    const place = `${where}, ${quoted(entry.name)}`;
    if (records.has(entry.name)) throw invalid(place, { what: 'the archive has two records of one name' });
    if (entry.headerOffset !== next) throw notAdjacent(place, next, entry.headerOffset);
    const record = recordOf(bytes, entry, start, place);
    records.set(entry.name, record.bytes);
    next = record.end;
  }
  if (next !== start) throw notAdjacent(`${where}, directory`, next, start);
  return records;
}

/** Where the central directory is, from the records at the end of the file. */
function directoryOf(bytes: Buffer, where: string): { start: number; end: number; count: number } {
  const endAt = bytes.length - END_BYTES;
  if (endAt < 0 || bytes.readUInt32LE(endAt) !== END) {
    const what = 'the file does not end as a zip archive does';
    throw invalid(where, { what, hint: 'it may have been cut short' });
  }
  const count = bytes.readUInt16LE(endAt + 10);
  const size = bytes.readUInt32LE(endAt + 12);
  const start = bytes.readUInt32LE(endAt + 16);
  if (size === SATURATED || start === SATURATED) throw tooLarge(where);
  if (
    bytes.readUInt32LE(endAt + 4) !== 0 ||
    bytes.readUInt16LE(endAt + 8) !== count ||
    bytes.readUInt16LE(endAt + 20) !== 0
  ) {
    throw refused(where, { what: 'the zip archive is of many parts, or has a comment' });
  }
  const end = start + size;
  if (end !== endAt && !isEnd64(bytes, end, endAt, { count, size, start })) {
    throw invalid(where, {
      what: 'the zip directory does not reach to the end of the file',
      expected: `a directory up to byte ${endAt}, or one that is followed by the same numbers in zip64's records`,
      got: `bytes ${start} to ${end}`,
    });
  }
  return { start, end, count };
}

/** Whether zip64's end record and its locator lie between the directory and the end, and repeat what the end says. PyTorch writes them always. */
function isEnd64(
  bytes: Buffer,
  at: number,
  endAt: number,
  { count, size, start }: { count: number; size: number; start: number },
): boolean {
  const locator = at + END64_BYTES;
  if (locator + LOCATOR64_BYTES !== endAt) return false;
  const numbers = [24, 32, 40, 48].map((offset) => bytes.readBigUInt64LE(at + offset));
  return (
    bytes.readUInt32LE(at) === END64 &&
    bytes.readBigUInt64LE(at + 4) === BigInt(END64_BYTES - 12) &&
    numbers.join() === [count, count, size, start].join() &&
    bytes.readUInt32LE(locator) === LOCATOR64 &&
    bytes.readBigUInt64LE(locator + 8) === BigInt(at)
  );
}

/** The entry of the directory at `at`, and where the next one begins. */
function entryAt(bytes: Buffer, at: number, end: number, where: string): [Entry, number] {
  const place = `${where}, byte ${at}`;
  if (at + CENTRAL_HEADER_BYTES > end || bytes.readUInt32LE(at) !== CENTRAL_HEADER) {
    throw invalid(place, { what: 'not an entry of a zip directory' });
  }
  const nameEnd = at + CENTRAL_HEADER_BYTES + bytes.readUInt16LE(at + 28);
  const next = nameEnd + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  if (next > end) throw invalid(place, { what: 'an entry is longer than the zip directory' });
  const name = bytes.toString('utf8', at + CENTRAL_HEADER_BYTES, nameEnd);
  const method = bytes.readUInt16LE(at + 10);
  const flags = bytes.readUInt16LE(at + 8);
  if (method !== STORED || (flags & ENCRYPTED) !== 0) {
    throw refused(`${where}, ${quoted(name)}`, {
      what: 'a record of the archive is compressed or encrypted',
      expected: 'stored records, as torch.save writes them',
      got: `compression method ${method}, flags 0x${flags.toString(16)}`,
      hint: 'TorchScript programs have such records, and are not run here',
    });
  }
  const size = bytes.readUInt32LE(at + 24);
  const headerOffset = bytes.readUInt32LE(at + 42);
  if (size === SATURATED || headerOffset === SATURATED) throw tooLarge(place);
  if (bytes.readUInt32LE(at + 20) !== size) {
    throw invalid(place, { what: 'a stored record has two sizes' });
  }
  return [{ name, flags, crc: bytes.readUInt32LE(at + 16), size, headerOffset }, next];
}

/** The bytes of a record, and where what belongs to it ends. */
function recordOf(bytes: Buffer, entry: Entry, limit: number, where: string): { bytes: Buffer; end: number } {
  const { name, flags, crc, size, headerOffset } = entry;
  const nameAt = headerOffset + LOCAL_HEADER_BYTES;
  if (nameAt > limit || bytes.readUInt32LE(headerOffset) !== LOCAL_HEADER) {
    throw invalid(where, { what: 'no record is where the zip directory says', got: `byte ${headerOffset}` });
  }
  const nameEnd = nameAt + bytes.readUInt16LE(headerOffset + 26);
  const start = nameEnd + bytes.readUInt16LE(headerOffset + 28);
  const dataEnd = start + size;
  const end = dataEnd + ((flags & HAS_DESCRIPTOR) === 0 ? 0 : DESCRIPTOR_BYTES);
  if (end > limit)
    throw invalid(where, { what: 'a record reaches into the zip directory', got: `byte ${end}` });
  // The sizes are beside the CRC: in the header, or, where the writer did not know them yet, behind the data.
  const sizesAt = end === dataEnd ? headerOffset + 14 : dataEnd + 4;
  const agrees =
    bytes.toString('utf8', nameAt, nameEnd) === name &&
    bytes.readUInt16LE(headerOffset + 6) === flags &&
    bytes.readUInt16LE(headerOffset + 8) === STORED &&
    (end === dataEnd || bytes.readUInt32LE(dataEnd) === DESCRIPTOR) &&
    [crc, size, size].every((value, i) => bytes.readUInt32LE(sizesAt + 4 * i) === value);
  if (!agrees) throw invalid(where, { what: 'a record contradicts the zip directory' });
  const data = bytes.subarray(start, dataEnd);
  const computed = crc32(data);
  if (computed !== crc) {
    const [expected, got] = [crc, computed].map((value) => `CRC-32 ${value.toString(16).padStart(8, '0')}`);
    throw invalid(where, { what: 'a record of the archive is damaged', expected, got });
  }
  return { bytes: data, end };
}

function notAdjacent(where: string, expected: number, got: number): Error {
  return invalid(where, {
    what: 'the records of the archive overlap, or leave bytes between them',
    expected: `byte ${expected}`,
    got: `byte ${got}`,
  });
}

function tooLarge(where: string): Error {
  return refused(where, { what: 'the archive has numbers of more than 32 bits (zip64)' });
}
