import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { stateDictOfBytes } from '../../../src/pytorch/checkpoint/read';
import { valuesOf, type StoredTensor } from '../../../src/pytorch/checkpoint/tensor';
import { sizeOf } from '../../../src/experiment/model';
import { refusal } from '../../refusal';
import { archiveOf, pickleOf, stateDict, storage, tensor, text, uint32 } from './archive';
import { samples } from './samples';
import { Draws } from '../../fuzz/draws';

/**
 * More than 10,000 files made from whole ones, or made to be hostile. Each ends in a coded error (every other one is thrown on, and fails the test) or in
 * tensors; and what these have to be is said by another way of reading.
 */

const FOLDER = join(__dirname, '../../../fixtures/torch/checkpoints');
const filesIn = (folder: string): Buffer[] =>
  readdirSync(join(FOLDER, folder)).map((file) => readFileSync(join(FOLDER, folder, file)));
const isZip = (bytes: Buffer): boolean => bytes.readUInt16LE(0) === 0x4b50;

const pths = [...filesIn('torch-2.15'), ...filesIn('torch-1.13'), samples['shapes.pth'].bytes];
const archives = pths.filter(isZip);
const legacies = pths.filter((bytes) => !isZip(bytes));
const safetensors = [...filesIn('safetensors'), samples['types.safetensors'].bytes];

/** Numbers at which readers stumble. */
const EDGES = [0, 1, 2, 7, 8, 255, 256, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

/** A file with one to four faults. */
function mutated(draws: Draws, whole: Buffer): Buffer {
  let bytes = Buffer.from(whole);
  for (let faults = 1 + draws.below(4); faults > 0 && bytes.length > 8; faults--) {
    const at = draws.below(bytes.length);
    const length = draws.below(Math.min(64, bytes.length - at));
    switch (draws.below(7)) {
      case 0:
      case 1:
        bytes[at] ^= 1 << draws.below(8);
        break;
      case 2:
        bytes[at] = draws.below(256);
        break;
      case 3: // cut short
        bytes = bytes.subarray(0, at);
        break;
      case 4: // a part is lost
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
        break;
      case 5: // a part stands twice
        bytes = Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
        break;
      default:
        bytes.writeUInt32LE(draws.of(EDGES), Math.min(at, bytes.length - 4));
    }
  }
  return bytes;
}

interface Read {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | undefined;
}

/** The tensors, or undefined after a coded error. */
function read(bytes: Buffer): Read[] | undefined {
  let tensors: StoredTensor[] = [];
  if (refusal(() => (tensors = stateDictOfBytes(bytes, 'it'))) !== undefined) return undefined;
  return tensors.map((tensor) => {
    let values: Float32Array | undefined;
    refusal(() => (values = valuesOf(tensor, 'it')));
    if (values !== undefined) expect(values).toHaveLength(sizeOf(tensor.shape));
    return { name: tensor.name, dtype: tensor.dtype, shape: tensor.shape, values };
  });
}

test('4,000 damaged archives: an error, or the tensors of the whole one', () => {
  const draws = new Draws(1);
  const whole = archives.map(read);
  let readable = 0;
  for (let i = 0; i < 4000; i++) {
    const which = draws.below(archives.length);
    const tensors = read(mutated(draws, archives[which]));
    if (tensors === undefined) continue;
    readable++;
    expect(tensors).toEqual(whole[which]);
  }
  expect(readable).toBeGreaterThan(100); // a time or the padding has changed
});

test('2,000 damaged files of the format before zip: an error or tensors', () => {
  const draws = new Draws(2);
  let readable = 0;
  for (let i = 0; i < 2000; i++) if (read(mutated(draws, draws.of(legacies))) !== undefined) readable++;
  expect(readable).toBeGreaterThan(100);
  expect(readable).toBeLessThan(1900);
});

/** What a file that was accepted says, by the plainest reading that there is. */
function plainly(bytes: Buffer): Map<string, { shape: number[]; bytes: Buffer }> {
  const dataStart = 8 + Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.toString('utf8', 8, dataStart)) as Record<
    string,
    { shape: number[]; data_offsets: [number, number] }
  >;
  const entries = Object.entries(header).filter(([name]) => name !== '__metadata__');
  return new Map(
    entries.map(
      ([
        name,
        {
          shape,
          data_offsets: [begin, end],
        },
      ]) => {
        return [name, { shape, bytes: bytes.subarray(dataStart + begin, dataStart + end) }];
      },
    ),
  );
}

test('4,000 damaged safetensors: an error, or the tensors that the bytes say', () => {
  const draws = new Draws(3);
  let readable = 0;
  for (let i = 0; i < 4000; i++) {
    const bytes = mutated(draws, draws.of(safetensors));
    let tensors: StoredTensor[] = [];
    if (refusal(() => (tensors = stateDictOfBytes(bytes, 'it'))) !== undefined) continue;
    readable++;
    const expected = plainly(bytes);
    expect(tensors.map(({ name }) => name).sort()).toEqual([...expected.keys()].sort());
    for (const tensor of tensors) {
      const { shape, bytes: own } = expected.get(tensor.name)!;
      expect(tensor.shape).toEqual(shape);
      expect(Buffer.from(tensor.bytes).equals(own)).toBe(true);
    }
    // Every byte belongs to the header or to one tensor.
    const total = tensors.reduce(
      (sum, tensor) => sum + tensor.bytes.length,
      8 + Number(bytes.readBigUInt64LE()),
    );
    expect(total).toBe(bytes.length);
  }
  expect(readable).toBeGreaterThan(100);
});

const six = storage('0', 6);
const whole = tensor(six, 0, [2, 3], [3, 1]);
const FLOATS = new Uint8Array(Float32Array.of(0, 1, 2, 3, 4, 5).buffer);

/** What a hostile pickle is put together from: opcodes, whole phrases, and what they take. */
const PHRASES = [
  ...[
    '(',
    ')',
    't',
    '\x85',
    '\x86',
    '\x87',
    ']',
    'a',
    'e',
    '}',
    's',
    'u',
    'N',
    '\x88',
    '\x89',
    'R',
    'b',
    'Q',
    '0',
    '2',
    '1',
    'o',
    '\x81',
  ],
  ...[
    '\x93',
    '.',
    'q\x00',
    'q\x01',
    'h\x00',
    'h\x01',
    `r${uint32(0xffffffff)}`,
    `j${uint32(0xffffffff)}`,
    'K\x05',
    'M\xff\xff',
  ],
  ...EDGES.map((edge) => `J${uint32(edge)}`),
  ...[
    '\x8a\x00',
    '\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f',
    `\x8a\xff${'\xff'.repeat(255)}`,
    `G${'\x7f\xf0'.repeat(4)}`,
  ],
  ...[
    'cos\nsystem\n',
    'cbuiltins\neval\n',
    'ccollections\nOrderedDict\n',
    'ctorch._utils\n_rebuild_tensor_v2\n',
  ],
  ...[
    'ctorch\nFloatStorage\n',
    'ctorch\nHalfStorage\n',
    'ctorch._utils\n_rebuild_parameter\n',
    'c__main__\nNet\n',
  ],
  ...[
    text('x'),
    text('storage'),
    text('0'),
    text(''),
    `X${uint32(0xffffffff)}`,
    six,
    whole,
    `${text('x')}${whole}s`,
  ],
  ...[
    tensor(six, 0, [6], [0]),
    tensor(six, 3, [3, 1], [1, 2 ** 31 - 1]),
    tensor(storage('0', 2 ** 31 - 1), 0, [2 ** 31 - 1], [1]),
  ],
];

test('4,000 hostile pickles: an error, or elements of the storage', () => {
  const draws = new Draws(4);
  let readable = 0;
  for (let i = 0; i < 4000; i++) {
    const phrases = Array.from({ length: 1 + draws.below(12) }, () => draws.of(PHRASES));
    const ops =
      draws.below(2) === 0
        ? phrases.join('')
        : stateDict(whole).replace('\x89', `\x89${phrases.slice(0, 3).join('')}`);
    const pickle =
      draws.below(2) === 0 ? pickleOf(ops) : mutated(draws, pickleOf(stateDict(whole), phrases[0]));
    const tensors = read(archiveOf(pickle, { 'data/0': FLOATS }));
    if (tensors === undefined) continue;
    readable++;
    for (const { dtype, values } of tensors) {
      if (dtype === 'float32') for (const value of values!) expect([0, 1, 2, 3, 4, 5]).toContain(value);
    }
  }
  expect(readable).toBeGreaterThan(20);
});
