import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import type { NamedTensor } from '../../../src/engine/engine';
import { sizeOf } from '../../../src/experiment/model';
import { pthOf } from '../../../src/pytorch/checkpoint/pth/write';

/** What `fixtures/torch/record_pth.py` recorded. */
const recorded = JSON.parse(readFileSync(join(__dirname, '../../../fixtures/torch/pth.json'), 'utf8')) as {
  shapes: Record<string, number[]>;
  records: string[];
  pickle: string;
  version: string;
};

const parameters: NamedTensor[] = Object.entries(recorded.shapes).map(([name, shape], t) => ({
  name,
  shape,
  data: Float32Array.from({ length: sizeOf(shape) }, (_, i) => i + t / 8),
}));
const bytes = Buffer.from(pthOf(parameters, 'model'));
const archive = unzipSync(bytes);

test('the archive has the records that torch.save writes', () => {
  expect(Object.keys(archive).sort()).toEqual(recorded.records.map((record) => `model/${record}`).sort());
  expect(Buffer.from(archive['model/version']).toString()).toBe(recorded.version);
});

test('the pickle is the one that torch.save writes, byte for byte', () => {
  expect(Buffer.from(archive['model/data.pkl']).toString('base64')).toBe(recorded.pickle);
});

test('each tensor is stored as little-endian float32, uncompressed, from a multiple of 64 bytes', () => {
  for (const [key, { data }] of parameters.entries()) {
    const header = bytes.indexOf(`model/data/${key}`) - 30;
    expect(bytes.readUInt32LE(header)).toBe(0x04034b50); // a local file header
    expect(bytes.readUInt16LE(header + 8)).toBe(0); // stored
    const start = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
    expect(start % 64).toBe(0);
    for (let i = 0; i < data.length; i += 97) expect(bytes.readFloatLE(start + 4 * i)).toBe(data[i]);
    expect(archive[`model/data/${key}`].length).toBe(4 * data.length);
  }
});

test('the same parameters give the same bytes at any time', () => {
  jest.useFakeTimers({ now: new Date('2031-07-01T12:00:00Z') });
  try {
    expect(Buffer.from(pthOf(parameters, 'model')).equals(bytes)).toBe(true);
  } finally {
    jest.useRealTimers();
  }
});
