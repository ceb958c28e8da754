import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { AssayError } from '../../src/base/errors';
import { createEngine } from '../../src/engine/create';
import type { EngineName, EngineOptions } from '../../src/engine/engine';
import { nativeWidths } from '../../src/engine/native/width';
import { inRoom } from '../../src/engine/room';
import { MOST_BYTES } from '../../src/engine/wasm/memory';
import { layersOf } from '../../src/experiment/model';

/** A convolution whose output grows with its padding, and a Linear. */
function model({ padding = 1, outChannels = 8, maxBatch = 1 }): EngineOptions {
  const side = Math.floor((26 + 2 * padding) / 2);
  const layers = layersOf(
    {
      name: 'Net',
      modules: [
        {
          ...{ name: 'conv', type: 'Conv2d', inChannels: 1, outChannels, kernelSize: [3, 3] },
          padding: [padding, padding],
        },
        { name: 'pool', type: 'MaxPool2d', kernelSize: 2 },
        { name: 'fc', type: 'Linear', inFeatures: outChannels * side * side, outFeatures: 10 },
      ],
      forward: ['conv', 'pool', 'flatten', 'fc'],
    },
    [1, 28, 28],
  );
  return { layers, optimizer: { type: 'Adam', betas: [0.9, 0.999], eps: 1e-8 }, maxBatch };
}

async function refusalOf(name: EngineName, options: EngineOptions): Promise<AssayError> {
  const error: unknown = await createEngine(name, options).then(
    async (engine) => engine.close(),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AssayError);
  return error as AssayError;
}

const engines: EngineName[] = [
  'reference',
  'wasm',
  'tfjs',
  ...(nativeWidths().length > 0 ? ['native' as const] : []),
];

describe.each(engines)('%s', (name) => {
  test.each([
    ['with a batch for which no machine has memory', { maxBatch: 2 ** 31 - 1 }, /^a batchSize of \d+ fits$/],
    ['with images that grow', { padding: 100_000, maxBatch: 60_000 }, /^not even one sample fits/],
    ['with 2^31 − 1 channels', { outChannels: 2 ** 31 - 1 }, /^not even one sample fits/],
    ['of numbers that are no longer exact', { padding: 2 ** 31 - 1, maxBatch: 2 ** 31 - 1 }, /^not even one/],
  ])('refuses a model %s, and says what would fit', async (_, sizes, hint) => {
    const { code, facts } = await refusalOf(name, model(sizes));
    expect(code).toBe('engine-unavailable');
    expect(facts.what).toContain(`the engine ${name}`);
    expect(facts.expected).toMatch(/^at most [\d.]+ [GM]iB, \w/);
    expect(facts.got).toMatch(/^[\d.e+]+ GiB for batches of \d+$/);
    expect(facts.hint).toMatch(hint);
  });
});

test('what is said to fit fits, and no sample more', async () => {
  const { facts } = await refusalOf('wasm', model({ maxBatch: 60_000 }));
  const fitting = Number(/\d+/.exec(facts.hint ?? '')?.[0]);
  const engine = await createEngine('wasm', model({ maxBatch: fitting }));
  await engine.close();
  await refusalOf('wasm', model({ maxBatch: fitting + 1 }));
});

test('the memory of WebAssembly is as large as its kernels declare', () => {
  const config = readFileSync(join(__dirname, '../../src/engine/wasm/assembly/asconfig.json'), 'utf8');
  const { options } = JSON.parse(config) as { options: { maximumMemory: number } };
  expect(MOST_BYTES).toBe(65536 * options.maximumMemory);
});

describe('of a system that has no memory left', () => {
  const make = (message: string) => () =>
    inRoom(
      'wasm',
      model({}),
      [{ bytesFor: () => 2 ** 29, room: { bytes: totalmem(), whose: 'ours' } }],
      () => {
        throw new RangeError(message);
      },
    );

  test.each([
    'WebAssembly.Memory(): could not allocate memory',
    'Array buffer allocation failed',
    'no memory',
  ])('“%s” is refused too', async (message) => {
    await expect(make(message)).rejects.toMatchObject({
      code: 'engine-unavailable',
      facts: { expected: 'memory that the system has left', got: '512 MiB for batches of 1' },
    });
  });

  test('any other error is our bug', async () => {
    await expect(make('offset is out of bounds')).rejects.toBeInstanceOf(RangeError);
  });
});
