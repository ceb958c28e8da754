import { createNativeEngine, NATIVE_TRAITS } from '../../src/engine/native';
import { type Addon, loadAddon } from '../../src/engine/native/addon';
import { NativeCrew } from '../../src/engine/native/crew';
import { nativeWidths } from '../../src/engine/native/width';
import { compile, type KernelCall, type Plan, type Program } from '../../src/engine/plan/plan';
import { layersOf } from '../../src/experiment/model';
import type { ModuleSpec } from '../../src/experiment/types';

const MODULES: ModuleSpec[] = [
  { name: 'conv1', type: 'Conv2d', inChannels: 1, outChannels: 5, kernelSize: [3, 3], padding: [1, 1] },
  { name: 'relu1', type: 'ReLU' },
  { name: 'pool1', type: 'MaxPool2d', kernelSize: 2 },
  { name: 'conv2', type: 'Conv2d', inChannels: 5, outChannels: 33, kernelSize: [3, 3], padding: [1, 1] },
  { name: 'relu2', type: 'ReLU' },
  { name: 'pool2', type: 'MaxPool2d', kernelSize: 2 },
  { name: 'conv3', type: 'Conv2d', inChannels: 33, outChannels: 40, kernelSize: [2, 2], padding: [0, 0] },
  { name: 'dropout1', type: 'Dropout', p: 0.5 },
  { name: 'pool3', type: 'MaxPool2d', kernelSize: 2 },
  { name: 'fc1', type: 'Linear', inFeatures: 160, outFeatures: 130 },
  { name: 'relu3', type: 'ReLU' },
  { name: 'fc2', type: 'Linear', inFeatures: 130, outFeatures: 40 },
];
const FORWARD = MODULES.map(({ name }) => name).toSpliced(9, 0, 'flatten');
const MAX_BATCH = 40;
const THREADS = 3;

const options = {
  layers: layersOf({ name: 'Net', modules: MODULES, forward: FORWARD }, [1, 22, 22]),
  optimizer: { type: 'Adam', betas: [0.9, 0.999], eps: 1e-8 },
  maxBatch: MAX_BATCH,
} as const;
const program = compile(options, THREADS, NATIVE_TRAITS);
const addon = loadAddon() as Addon;
const isBuilt = nativeWidths().length > 0;

/** Whether it is refused, in the vectors of every width. */
async function isRefused(changed: Program): Promise<boolean> {
  const refused = nativeWidths().map(async (width) => {
    let crew: NativeCrew;
    try {
      crew = new NativeCrew(addon, width, changed);
    } catch (error) {
      expect(String(error)).toMatch(/would leave its memory|not a whole number in range|lies outside/);
      return true;
    }
    await crew.end();
    return false;
  });
  return (await Promise.all(refused)).every(Boolean);
}

interface Place {
  readonly command: keyof Plan;
  readonly region: number;
  readonly call: number;
  readonly argument: number;
}

function* allArguments(): Generator<Place> {
  for (const [command, regions] of Object.entries(program.plan) as [keyof Plan, Plan['train']][]) {
    for (const [region, { calls }] of regions.entries()) {
      for (const [call, words] of calls.entries()) {
        for (let argument = 1; argument < words.length; argument++) yield { command, region, call, argument };
      }
    }
  }
}

function changed({ command, region, call, argument }: Place, value: number): Program {
  const plan = structuredClone(program.plan);
  const words = [...plan[command][region].calls[call]];
  words[argument] = value;
  plan[command][region].calls[call] = words as unknown as KernelCall;
  return { ...program, plan };
}

describe('native: a program cannot make a kernel leave its memory', () => {
  const nativeTest = isBuilt ? test : test.skip;

  nativeTest(
    'an argument that is too large is refused, but for those that no address follows from',
    async () => {
      const [all, refused] = [new Set<string>(), new Set<string>()];
      for (const place of allArguments()) {
        const [kernel] = program.plan[place.command][place.region].calls[place.call];
        const name = `${kernel} ${place.argument}`;
        all.add(name);
        // A stride is none where there is only one of what it strides over: some calls take what others refuse.
        if (await isRefused(changed(place, 2 ** 30))) refused.add(name);
      }
      expect([...all].filter((name) => !refused.has(name)).sort()).toEqual([
        'conv2d 20', // whether there is a ReLU
        'conv2dPooled 14', // a stride of the dense output, which this engine does not keep
        'dropout 9', // the factor
      ]);
    },
  );

  nativeTest('a negative or broken argument is refused', async () => {
    for (const place of allArguments()) {
      const [kernel] = program.plan[place.command][place.region].calls[place.call];
      if (kernel === 'dropout' && place.argument === 9) continue;
      for (const value of [-1, 0.5, NaN]) expect(await isRefused(changed(place, value))).toBe(true);
    }
  });

  nativeTest('so is less memory, less of a thread’s own, or a larger batch', async () => {
    expect(await isRefused(program)).toBe(false);
    expect(await isRefused({ ...program, bytes: program.bytes / 2 })).toBe(true);
    expect(await isRefused({ ...program, maxBatch: MAX_BATCH + 32 })).toBe(true);
    for (const [i, area] of program.scratch[0].entries()) {
      if (area.bytes === 0) continue;
      const scratch = program.scratch.map((areas) => areas.with(i, { ...area, address: program.bytes - 4 }));
      expect(await isRefused({ ...program, scratch })).toBe(true);
    }
    const engine = await createNativeEngine(options);
    expect(() => engine.forward(MAX_BATCH + 1)).toThrow('out of range');
    await engine.close();
    expect(() => engine.step(0.1)).toThrow('has ended');
  });
});
