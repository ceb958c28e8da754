import { gzipSync } from 'node:zlib';
import { encodeIdx } from '../../src/data/idx';
import { archiveOf, pickleOf, uint32 } from '../pytorch/checkpoint/archive';

/** Files that have done harm, or were made to, each as what makes it: small to keep, and as large as it takes. */
export interface Hostile {
  readonly name: string;
  readonly make: () => Buffer;
}

const hostile = (name: string, make: () => string | Buffer): Hostile => ({
  name,
  make: () => Buffer.from(make()),
});

const STEERING = '\x1b[2J\x07\x9b31m\u202e\u2066 @everyone https://x.example';
const train = (epoch: number | string, at: number | string, of: number | string, loss = '0.5'): string =>
  `Train Epoch: ${epoch} [${at}/${of} (0%)]\tLoss: ${loss}\n`;
const test = (loss: string, accuracy = '9/10 (90.00%)'): string =>
  `\nTest set: Average loss: ${loss}, Accuracy: ${accuracy}\n\n`;

export const TEXTS: readonly Hostile[] = [
  hostile('empty', () => ''),
  hostile('NUL', () => '\0'.repeat(100_000)),
  hostile('no UTF-8', () => Buffer.alloc(100_000, 0xff)),
  hostile('one long line', () => 'a'.repeat(20_000_000)),
  hostile('line feeds', () => '\n'.repeat(5_000_000)),
  hostile('carriage returns', () => `Train Epoch: 1${'\r'.repeat(1_000_000)}`),
  hostile('steering', () => `${train(1, 0, 100)}${STEERING}\n${test('0.1')}`),
  hostile('average loss nan', () => `## LR = 0.1\n\n${train(1, 0, 100, 'nan')}${test('nan')}`),
  hostile('count without end', () => train(1, 0, '999999999999999')),
  hostile('epoch 100000000', () => train(100_000_000, 0, 100) + test('0.1')),
  hostile('first lines', () => train(1, 0, 100).repeat(100_000)),
  hostile('test lines', () => test('0.1').repeat(100_000)),
  hostile('faulty lines', () => 'Train Epoch: x\n'.repeat(300_000)),
  hostile('Loading', () => 'Loading '.repeat(20_000)),
  hostile('headings', () => '## LR = 0.1\n'.repeat(100_000)),
  hostile('table', () => `| a |${' b |'.repeat(50_000)}\n|${'---|'.repeat(50_001)}\n`),
];

export const JSONS: readonly Hostile[] = [
  hostile('deep arrays', () => '['.repeat(1_000_000) + ']'.repeat(1_000_000)),
  hostile('deep objects', () => '{"a":'.repeat(500_000) + '1' + '}'.repeat(500_000)),
  hostile('steering key', () => JSON.stringify({ [STEERING]: 1 })),
  hostile('syntax', () => `{"${STEERING}`),
  hostile('long key', () => `{"${'a'.repeat(3_000_000)}":1}`),
  hostile('many keys', () => `{${Array.from({ length: 300_000 }, (_, i) => `"k${i}":1`).join()}}`),
  hostile('many faults', () => `{"losses":[${'"x",'.repeat(3_000_000)}1],"from":1}`),
  hostile('array', () => `[${'0,'.repeat(5_000_000)}0]`),
  hostile('__proto__', () => '{"__proto__":{"name":"x"},"constructor":1}'),
];

export const CHECKPOINTS: readonly Hostile[] = [
  hostile('marks', () => archiveOf(pickleOf('('.repeat(20_000_000)))),
  hostile('nothings', () => archiveOf(pickleOf('N'.repeat(20_000_000)))),
  hostile('lists', () => archiveOf(pickleOf(']'.repeat(5_000_000)))),
  hostile('memo', () => archiveOf(pickleOf('N', `r${uint32(77)}`.repeat(4_000_000)))),
  hostile('empty tensors', () => safetensors(600_000)),
  hostile('a call', () => archiveOf(pickleOf(`cos\nsystem\n(X${uint32(2)}lstR`))),
];

export const GZIPS: readonly Hostile[] = [
  hostile('zeros', () => gzipSync(Buffer.alloc(100_000_000))),
  hostile('images without end', () => gzipSync(encodeIdx([2 ** 32 - 1, 28, 28], new Uint8Array()))),
  hostile('more than promised', () =>
    gzipSync(Buffer.concat([encodeIdx([1], Buffer.of(1)), Buffer.alloc(5e7)])),
  ),
];

function safetensors(count: number): Buffer {
  const tensors = Array.from(
    { length: count },
    (_, i) => `"${i}":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}`,
  );
  const json = Buffer.from(`{${tensors.join()}}`);
  const length = Buffer.alloc(8);
  length.writeUInt32LE(json.length);
  return Buffer.concat([length, json]);
}
