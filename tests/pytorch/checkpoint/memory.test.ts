import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { archiveOf, pickleOf, text, uint32 } from './archive';

/** Files of 2 MB, each of what makes the most objects of its bytes, read with a heap of 64 MB: more would end the process. */
const FILE_BYTES = 2_000_000;
const HEAP_MB = 64;

const READ = resolve(__dirname, '../../../dist/pytorch/checkpoint/read.js');
const PROGRAM = `
  const { readStateDict } = require(${JSON.stringify(READ)});
  readStateDict(process.argv[1]).then(() => 'read', (error) => error.code).then(console.log);
`;

const EITHER = expect.stringMatching(/^checkpoint-(invalid|refused)$/) as string;

const folder = mkdtempSync(join(tmpdir(), 'assay-memory-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fill(unit: string): string {
  return unit.repeat(Math.floor(FILE_BYTES / unit.length));
}

/** Memo numbers that all differ. */
function memoEntries(count: number): Buffer {
  const opcodes = Buffer.alloc(5 * count, 'r');
  for (let i = 0; i < count; i++) opcodes.writeUInt32LE(i, 5 * i + 1);
  return Buffer.concat([Buffer.from('\x80\x02N', 'latin1'), opcodes, Buffer.from('.')]);
}

const EMPTY = '{"dtype":"F32","shape":[0],"data_offsets":[0,0]}';

function header(unit: string): Buffer {
  return headerOf(fill(`${unit},`).slice(0, -1));
}

function headerOf(entries: string): Buffer {
  const json = `{${entries}}`;
  const length = Buffer.alloc(8);
  length.writeUInt32LE(json.length);
  return Buffer.concat([length, Buffer.from(json)]);
}

const pickled = (unit: string, start = ''): Buffer => archiveOf(pickleOf(start, fill(unit)));

test.each<[string, Buffer]>([
  ['nested tuples', pickled('\x85', 'N')],
  ['tuples', pickled(')\x85')],
  ['lists', pickled(']')],
  ['lists with an item', pickled(']Na')],
  ['dicts', pickled('}')],
  ['dicts with an item', pickled('}NNs')],
  ['OrderedDicts', pickled('h\x00)R', 'ccollections\nOrderedDict\nq\x00')],
  ['marks', pickled('(')],
  ['nothings', pickled('N')],
  ['floats', pickled(`G${'\x01'.repeat(8)}`)],
  ['integers of 255 bytes', pickled(`\x8a\xff${'\x01'.repeat(255)}`)],
  ['texts', pickled(`${text('ab')}`)],
  ['texts, not of Latin-1', pickled(`X${uint32(3)}\xe2\x82\xac`)],
  ['memo numbers', pickled(Array.from({ length: 256 }, (_, i) => `r${uint32(i * 7919)}`).join(''), 'N')],
  ['a memo bomb', pickled('h\x00h\x00\x86q\x00', 'Nq\x00')],
  ['metadata', header('"__metadata__":{"a":"b"}')],
  ['tensors of one name', header('"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}')],
  [
    'a shape of many dimensions',
    header(`"a":{"dtype":"F32","shape":[${'1,'.repeat(500_000)}1],"data_offsets":[0,4]}`),
  ],
  ['nesting', header('[[[[[[[[')],
])('%s', (name, bytes) => {
  expect(readingOf(name, bytes, HEAP_MB)).toEqual({ code: EITHER, stderr: '' });
});

/** More of one thing than V8 has room for, whatever the heap. */
test.each<[string, () => Buffer]>([
  ['nothings', () => archiveOf(pickleOf('N'.repeat(140_000_000)))],
  ['marks', () => archiveOf(pickleOf('('.repeat(140_000_000)))],
  ['memo entries', () => archiveOf(memoEntries(2 ** 24 + 1))],
  ['tensors', () => headerOf(Array.from({ length: 1_700_000 }, (_, i) => `"${i}":${EMPTY}`).join())],
  [
    'dimensions',
    () => headerOf(`"a":{"dtype":"F32","shape":[${'1,'.repeat(45_000_000)}1],"data_offsets":[0,4]}`),
  ],
])('%s without end', (name, bytes) => {
  expect(readingOf(name, bytes(), 1024)).toEqual({ code: 'checkpoint-refused', stderr: '' });
});

function readingOf(name: string, bytes: Buffer, heapMb: number): { code: string; stderr: string } {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const args = [`--max-old-space-size=${heapMb}`, '--eval', PROGRAM, path];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { code: stdout.trimEnd(), stderr };
}
