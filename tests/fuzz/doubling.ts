import { gzipSync } from 'node:zlib';
import { stateDictOfBytes } from '../../src/pytorch/checkpoint/read';
import { encodeSafetensors } from '../../src/pytorch/checkpoint/safetensors/write';
import { encodeIdx, unpackIdx } from '../../src/data/idx';
import { AssayError } from '../../src/base/errors';
import { readLenientLog } from '../../src/logs/pytorchExample/read';
import { parseJson } from '../../src/base/json';
import { schemaOf } from '../../src/base/schema';
import { archiveOf, pickleOf, text } from '../pytorch/checkpoint/archive';
import { LARGE_LOGS, largeLog } from './largeLogs';

/**
 * `npm run fuzz:doubling`: how long reading takes when there is twice, four times and eight times as much to read. What is linear takes
 * twice as long each time; 4 is quadratic.
 */
interface Reading {
  readonly name: string;
  /** Of the smallest input: large enough to be measured. */
  readonly count: number;
  readonly make: (count: number) => Buffer;
  readonly read: (bytes: Buffer) => unknown;
}

const checkpoint = (bytes: Buffer): unknown => stateDictOfBytes(bytes, 'file');
const log = (bytes: Buffer): unknown => readLenientLog(bytes.toString(), 'log', [{ name: 'lr' }]);
const losses = schemaOf('first-losses', 'job-invalid');
const first = 'Train Epoch: 1 [0/100 (0%)]\tLoss: 0.5\n';

const READINGS: readonly Reading[] = [
  {
    name: 'safetensors, tensors',
    count: 8000,
    make: (count) => Buffer.from(encodeSafetensors(named(count))),
    read: checkpoint,
  },
  {
    name: 'pickle, keys',
    count: 60_000,
    make: (count) =>
      archiveOf(pickleOf(`}(${Array.from({ length: count }, (_, i) => `${text(`k${i}`)}N`).join('')}u`)),
    read: checkpoint,
  },
  {
    name: 'JSON, numbers',
    count: 1_000_000,
    make: (count) => Buffer.from(`[${'0.5,'.repeat(count)}0]`),
    read: (bytes) => parseJson(bytes.toString(), 'file'),
  },
  {
    name: 'JSON, faults',
    count: 1_000_000,
    make: (count) => Buffer.from(`{"from":1,"losses":[${'"x",'.repeat(count)}1]}`),
    read: (bytes) => losses.parse(bytes.toString(), 'file'),
  },
  {
    name: 'JSON, an error at the end',
    count: 1_000_000,
    make: (count) => Buffer.from(`[${'0,\n'.repeat(count)}x]`),
    read: (bytes) => parseJson(bytes.toString(), 'file'),
  },
  {
    name: 'gzip, images',
    count: 20_000,
    make: (count) => gzipSync(encodeIdx([count, 28, 28], new Uint8Array(784 * count))),
    read: (bytes) => unpackIdx(bytes, 'file', 2 ** 30),
  },
  { name: 'log, first lines', count: 5000, make: (count) => Buffer.from(first.repeat(count)), read: log },
  {
    name: 'log, faulty lines',
    count: 40_000,
    make: (count) => Buffer.from('Train Epoch: x\n'.repeat(count)),
    read: log,
  },
  ...LARGE_LOGS.map((large) => ({
    name: `log, ${large.name}, bytes`,
    count: 2_000_000,
    make: (count: number) => largeLog(large, count),
    read: large.read,
  })),
];

function named(count: number): { name: string; shape: number[]; data: Float32Array }[] {
  return Array.from({ length: count }, (_, i) => ({ name: `t${i}`, shape: [1], data: Float32Array.of(i) }));
}

function msOf({ make, read }: Reading, count: number): number {
  const bytes = make(count);
  const times = Array.from({ length: 3 }, () => {
    const start = performance.now();
    try {
      read(bytes);
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
    }
    return performance.now() - start;
  });
  return Math.min(...times);
}

console.log(
  '| what | smallest | ms | × 2 | × 4 | × 8 | a doubling takes |\n| --- | --- | --- | --- | --- | --- | --- |',
);
for (const reading of READINGS) {
  const times = [1, 2, 4, 8].map((factor) => msOf(reading, factor * reading.count));
  const growth = Math.cbrt(times[3] / times[0]).toFixed(1);
  const cells = [reading.name, reading.count, ...times.map((ms) => ms.toFixed(0)), `${growth} times as long`];
  console.log(`| ${cells.join(' | ')} |`);
}
