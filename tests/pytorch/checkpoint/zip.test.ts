import { zipSync } from 'fflate';
import { readStoredZip } from '../../../src/pytorch/checkpoint/pth/zip';
import { refusal } from '../../refusal';
import { samples } from './samples';

const zip = samples['shapes.pth'].bytes;
const END = zip.length - 22;
const DIRECTORY = zip.readUInt32LE(END + 16);
const SECOND = zip.indexOf('PK\x01\x02', DIRECTORY + 1, 'latin1');

/** The archive with one number changed. */
function changed(at: number, value: number, bytes: 2 | 4 = 4): Buffer {
  const copy = Buffer.from(zip);
  copy.writeUIntLE(value, at, bytes);
  return copy;
}

const read = (bytes: Buffer): unknown => readStoredZip(bytes, 'm.pth');

test('records are views into the file: nothing is copied', () => {
  for (const record of readStoredZip(zip, 'm.pth').values()) expect(record.buffer).toBe(zip.buffer);
});

test('a bomb is not inflated', () => {
  const bomb = Buffer.from(zipSync({ 'a/data.pkl': new Uint8Array(1e7) }, { level: 9 }));
  expect(bomb.length).toBeLessThan(20_000);
  const error = refusal(() => read(bomb));
  expect([error?.code, error?.facts.what]).toEqual([
    'checkpoint-refused',
    expect.stringMatching(/compressed/),
  ]);
});

test.each<[string, Buffer, string, RegExp]>([
  ['an encrypted record', changed(DIRECTORY + 8, 1, 2), 'checkpoint-refused', /compressed or encrypted/],
  ['a size that zip64 is to say', changed(DIRECTORY + 24, 0xffffffff), 'checkpoint-refused', /zip64/],
  ['an offset that zip64 is to say', changed(DIRECTORY + 42, 0xffffffff), 'checkpoint-refused', /zip64/],
  ['a directory where zip64 is to say', changed(END + 16, 0xffffffff), 'checkpoint-refused', /zip64/],
  ['many parts', changed(END + 4, 1, 2), 'checkpoint-refused', /many parts/],
  [
    'a comment',
    Buffer.concat([changed(END + 20, 1, 2), Buffer.from('.')]),
    'checkpoint-invalid',
    /does not end/,
  ],
  ['another size than the local header’s', changed(DIRECTORY + 24, 1), 'checkpoint-invalid', /two sizes/],
  ['a record upon another one', changed(SECOND + 42, 0), 'checkpoint-invalid', /overlap/],
  ['a record beyond the directory', changed(DIRECTORY + 42, zip.length), 'checkpoint-invalid', /leave bytes/],
  [
    'a directory that is too short',
    changed(END + 12, zip.readUInt32LE(END + 12) - 1),
    'checkpoint-invalid',
    /reach/,
  ],
  ['another number of records', changed(END + 8, 0x00010001), 'checkpoint-invalid', /number of records/],
  ['a wrong CRC', changed(DIRECTORY + 16, 1), 'checkpoint-invalid', /contradicts/],
  ['a byte before the first', Buffer.concat([Buffer.from('P'), zip]), 'checkpoint-invalid', /./],
  ['an end within', zip.subarray(0, -1), 'checkpoint-invalid', /does not end/],
  ['no bytes', Buffer.alloc(0), 'checkpoint-invalid', /does not end/],
])('%s', (_, bytes, code, what) => {
  const error = refusal(() => read(bytes));
  expect([error?.code, error?.facts.what]).toEqual([code, expect.stringMatching(what)]);
});

test('a changed byte of a record is found', () => {
  for (const [name, record] of readStoredZip(zip, 'm.pth')) {
    const copy = Buffer.from(zip);
    copy[record.byteOffset - zip.byteOffset] ^= 1;
    const error = refusal(() => read(copy));
    expect(error?.facts).toMatchObject({
      what: 'a record of the archive is damaged',
      where: `m.pth, ${JSON.stringify(name)}`,
    });
  }
});
