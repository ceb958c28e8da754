import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { archiveOf, pickleOf, text, uint32 } from './archive';

/** Files of 2 MB, each of what makes the most objects of its bytes, read with a heap of 64 MB: more would end the process. */
const FILE_BYTES = 2_000_000;
const HEAP_MB = 64;

const READ = resolve(__dirname, '../../dist/checkpoint/read.js');
const PROGRAM = `
  const { readStateDict } = require(${JSON.stringify(READ)});
  readStateDict(process.argv[1]).then(() => 'read', (error) => error.code).then(console.log);
`;

const folder = mkdtempSync(join(tmpdir(), 'assay-memory-'));
afterAll(() => rmSync(folder, { recursive: true }));

function fill(unit: string): string {
  return unit.repeat(Math.floor(FILE_BYTES / unit.length));
}

function header(unit: string): Buffer {
  const json = `{${fill(`${unit},`).slice(0, -1)}}`;
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
  const path = join(folder, name);
  writeFileSync(path, bytes);
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [`--max-old-space-size=${HEAP_MB}`, '--eval', PROGRAM, path],
    {
      encoding: 'utf8',
    },
  );
  expect({ stdout, stderr }).toEqual({
    stdout: expect.stringMatching(/^checkpoint-(invalid|refused)\n$/) as string,
    stderr: '',
  });
});
