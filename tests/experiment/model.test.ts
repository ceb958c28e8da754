import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { layersOf, parametersOf, sizeOf } from '../../src/experiment/model';
import { printModel } from '../../src/experiment/print';
import type { ModelSpec, Shape } from '../../src/experiment/types';
import { refusal } from '../refusal';

/** Models as PyTorch printed and held them: fixtures/torch/record_models.py. */
interface Recorded {
  readonly model: ModelSpec;
  readonly inputShape: Shape;
  readonly printed: string;
  readonly outputShapes: readonly Shape[];
  readonly parameters: readonly { readonly name: string; readonly shape: Shape }[];
}

const recorded = JSON.parse(
  readFileSync(join(__dirname, '../../fixtures/torch/models.json'), 'utf8'),
) as Recorded[];

describe.each(recorded)(
  'PyTorch’s $model.name',
  ({ model, inputShape, printed, outputShapes, parameters }) => {
    const layers = layersOf(model, inputShape);

    test('gives the same shapes, each call taking what the one before it gave', () => {
      expect(layers.map(({ outputShape }) => outputShape)).toEqual(outputShapes);
      expect(layers.map((layer) => layer.inputShape)).toEqual([inputShape, ...outputShapes.slice(0, -1)]);
    });

    test('has the same state_dict', () => {
      expect(parametersOf(layers)).toEqual(parameters);
    });

    test('is printed the same', () => {
      expect(printModel(model)).toBe(printed);
    });
  },
);

test('a shape has the product of its lengths as size', () => {
  expect([sizeOf([2, 3, 4]), sizeOf([7]), sizeOf([])]).toEqual([24, 7, 1]);
});

describe('a module that cannot take its input is named', () => {
  test.each([
    [
      'Linear of feature maps',
      { name: 'm', type: 'Linear', inFeatures: 48, outFeatures: 1 },
      'an input of [48], as inFeatures says',
      '[3, 4, 4]',
    ],
    [
      'MaxPool2d greater than its input',
      { name: 'm', type: 'MaxPool2d', kernelSize: 5 },
      'an input of height and width of at least 5',
      '[3, 4, 4]',
    ],
    [
      'Conv2d greater than its padded input',
      { name: 'm', type: 'Conv2d', inChannels: 3, outChannels: 1, kernelSize: [4, 7], padding: [0, 1] },
      'an input of a padded height and width of at least 4 and 7',
      '[3, 4, 4]',
    ],
  ] as const)('%s', (_, module, expected, got) => {
    const model: ModelSpec = { name: 'Net', modules: [module], forward: ['m'] };
    const error = refusal(() => layersOf(model, [3, 4, 4]));
    expect(error?.code).toBe('spec-shape-mismatch');
    expect(error?.facts).toMatchObject({
      where: 'module m',
      expected,
      got: `${got}, derived from the calls before`,
    });
  });

  test('Conv2d of a vector', () => {
    const conv = {
      name: 'conv',
      type: 'Conv2d',
      inChannels: 1,
      outChannels: 1,
      kernelSize: [1, 1],
      padding: [0, 0],
    } as const;
    const error = refusal(() =>
      layersOf({ name: 'Net', modules: [conv], forward: ['flatten', 'conv'] }, [1, 2, 3]),
    );
    expect(error?.facts).toMatchObject({
      where: 'module conv',
      expected: 'an input of [C, H, W]',
      got: '[6], derived from the calls before',
    });
  });
});
