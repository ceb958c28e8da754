import { readFile } from 'node:fs/promises';
import type { ImageSet } from '../../src/data/dataset';
import { digestsOf, encodeFiles, readFiles, sha256OfFiles, writeFiles } from '../../src/data/folder';
import { decodePng } from '../data/support';
import { Laboratory } from './laboratory';

/** An experiment on images of three channels and twelve classes, from its files to its pictures. */
let lab: Laboratory;
const WHAT = ['--study', 'colours', '--data', 'coloured'];

/** 6×6 pixels whose colour is the class: so many of its bits are red, green and blue. */
function colours(count: number): ImageSet {
  const labels = Uint8Array.from({ length: count }, (_, i) => i % 12);
  const images = Uint8Array.from({ length: count * 3 * 36 }, (_, i) => {
    const channel = Math.floor(i / 36) % 3;
    const label = labels[Math.floor(i / (3 * 36))];
    return [label % 3, Math.floor(label / 3) % 2, Math.floor(label / 6)][channel] * 100 + ((7 * i) % 40);
  });
  return { images, labels, count, channels: 3, height: 6, width: 6 };
}

beforeAll(async () => {
  lab = await Laboratory.open();
  await writeFiles(lab.path('coloured'), encodeFiles({ train: colours(240), test: colours(60) }));
  const sha256 = sha256OfFiles(digestsOf(await readFiles(lab.path('coloured'))));
  const { data } = JSON.parse(await readFile(lab.path('study/experiment.json'), 'utf8')) as { data: object };
  await lab.writeStudy('colours', {
    data: {
      ...data,
      ...{ name: 'Colours', sha256, inputShape: [3, 6, 6], classes: 12, trainCount: 240, testCount: 60 },
    },
    model: {
      name: 'ColourClassifier',
      modules: [
        { name: 'conv', type: 'Conv2d', inChannels: 3, outChannels: 8, kernelSize: [3, 3], padding: [1, 1] },
        { name: 'relu', type: 'ReLU' },
        { name: 'pool', type: 'MaxPool2d', kernelSize: 2 },
        { name: 'fc', type: 'Linear', inFeatures: 72, outFeatures: 12 },
      ],
      forward: ['conv', 'relu', 'pool', 'flatten', 'fc'],
    },
    expected: {
      outputShapes: [
        { module: 'conv', shape: [8, 6, 6] },
        { module: 'relu', shape: [8, 6, 6] },
        { module: 'pool', shape: [8, 3, 3] },
        { module: 'flatten', shape: [72] },
        { module: 'fc', shape: [12] },
      ],
      parameterCounts: { 'conv.weight': 216, 'conv.bias': 8, 'fc.weight': 864, 'fc.bias': 12 },
      parameterCount: 1100,
    },
    training: { batchSize: 16, epochs: 6, logInterval: 2, lrs: [0.01] },
  });
});
afterAll(() => lab.close());

test('its data are read, and seen', async () => {
  const verified = await lab.run(['data', 'verify', 'coloured']);
  expect(verified.stdout).toMatch(/^coloured: 240 training and 60 test images of 3 × 6 × 6, in coloured\n/);
  expect(await lab.run(['data', 'list', 'coloured', '--sheet', 'sheet.png'])).toMatchObject({ exitCode: 0 });
  const { rgba, height } = await decodePng(await readFile(lab.path('sheet.png')));
  expect(height).toBe(72 + 9 * (12 * 8 - 2) + 16); // a scale of 9
  expect(rgba.some((value, i) => i % 4 === 1 && value !== rgba[i - 1])).toBe(true); // not grey
});

test('every engine learns the twelve classes, with the same bits', async () => {
  const records = [];
  for (const engine of ['wasm', 'reference']) {
    const args = ['run', ...WHAT, '--lr', '0.01', '--engine', engine, '--out', engine];
    expect(await lab.run(args)).toMatchObject({ exitCode: 0 });
    records.push(await lab.record(engine));
  }
  expect(records[1].losses).toEqual(records[0].losses);
  expect(records[1].epochs).toEqual(records[0].epochs);
  expect(records[0].epochs.at(-1)?.correctCount).toBeGreaterThan(50);
});

test('its predictions are drawn in colour, of an evaluation too', async () => {
  const evaluated = await lab.run(['eval', 'wasm/tiny_model.pth', ...WHAT, '--out', 'evaluated']);
  expect(evaluated.exitCode).toBe(0);
  expect(evaluated.stdout).toContain(`${(await lab.record('wasm')).epochs[5].correctCount}/60`);
  for (const folder of ['wasm', 'evaluated']) {
    const { rgba } = await decodePng(await readFile(lab.path(folder, 'predictions.png')));
    const coloured = rgba.filter((value, i) => i % 4 === 2 && Math.abs(value - rgba[i - 2]) > 90);
    expect(coloured.length).toBeGreaterThan(1000);
  }
});

test('data of one channel, or with a class too many, are refused', async () => {
  const { data, ...rest } = JSON.parse(await readFile(lab.path('colours/experiment.json'), 'utf8')) as {
    data: object;
  };
  const model = JSON.parse(JSON.stringify(rest).replaceAll('12', '11').replaceAll('864', '792')) as {
    expected: { parameterCount: number };
  };
  model.expected.parameterCount = 216 + 8 + 792 + 11;
  await lab.writeStudy('eleven', { ...model, data: { ...data, classes: 11 } });
  const eleven = await lab.run(['run', '--study', 'eleven', '--data', 'coloured', '--lr', '0.01']);
  expect(eleven.exitCode).toBe(2);
  expect(eleven.stderr).toMatch(/expected: +labels 0 … 10\n +got: +11\n/);

  await lab.writeStudy('grey', {
    ...rest,
    data: { ...data, sha256: lab.dataSha256, trainCount: 22, testCount: 10 },
  });
  const grey = await lab.run(['run', '--study', 'grey', '--data', 'tiny', '--lr', '0.01']);
  expect(grey.exitCode).toBe(2);
  expect(grey.stderr).toMatch(/expected: +images of \[3, 6, 6\]\n +got: +\[1, 6, 6\]\n/);
});
