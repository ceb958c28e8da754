import { createReferenceEngine } from '../../src/engine/reference';
import { sha256OfFloats } from '../../src/base/f32';
import { initialParameters } from '../../src/pytorch/random/init';
import { Mt19937 } from '../../src/pytorch/random/mt19937';
import { sizeOf } from '../../src/experiment/model';
import { printModel } from '../../src/experiment/print';
import { specs } from './experiments';

describe.each(specs)(
  '$name: the architecture',
  ({ experiment, layers, parameters, reportText, reported }) => {
    const { expected, data, model } = experiment;

    describe('shapes', () => {
      test.each(expected.outputShapes.map(({ module, shape }, call) => ({ call, module, shape })))(
        'call $call, $module, gives $shape',
        ({ call, shape }) => {
          expect(layers[call].outputShape).toEqual(shape);
        },
      );

      test.each(layers.flatMap((layer) => (layer.type === 'Linear' ? [layer] : [])))(
        '$name takes $inFeatures inputs, as many as it is given',
        ({ inFeatures, inputShape }) => {
          expect(inputShape).toEqual([inFeatures]);
        },
      );

      test(`a batch of 2 images becomes 2 × ${data.classes} logits`, async () => {
        const engine = await createReferenceEngine({ layers, optimizer: experiment.optimizer, maxBatch: 2 });
        engine.setParameters(initialParameters(layers, new Mt19937(1)));
        engine.input(2).fill(0.5);
        const logits = engine.forward(2);
        expect(logits).toHaveLength(2 * data.classes);
        expect(logits.every(Number.isFinite)).toBe(true);
        await engine.close();
      });
    });

    describe('parameters', () => {
      test.each(Object.entries(expected.parameterCounts))('%s has %d elements', (name, count) => {
        const parameter = parameters.find((candidate) => candidate.name === name);
        expect(parameter && sizeOf(parameter.shape)).toBe(count);
      });

      test(`are ${expected.parameterCount} in all, and none else`, () => {
        expect(parameters.map(({ name }) => name)).toEqual(Object.keys(expected.parameterCounts));
        expect(parameters.reduce((sum, { shape }) => sum + sizeOf(shape), 0)).toBe(expected.parameterCount);
      });

      test('are those that an engine holds, in this order', async () => {
        const engine = await createReferenceEngine({ layers, optimizer: experiment.optimizer, maxBatch: 1 });
        expect(engine.getParameters().map(({ name, shape }) => ({ name, shape }))).toEqual(parameters);
        await engine.close();
      });
    });

    describe('initial weights', () => {
      const drawn = initialParameters(layers, new Mt19937(1));
      let fanIn = 0;
      const cases = drawn.map(({ name, shape, data }) => {
        if (shape.length > 1) fanIn = sizeOf(shape.slice(1)); // a bias has the bound of its weight
        return { name, data, fanIn, n: data.length };
      });

      test.each(cases)('$name lies within ±1/√$fanIn', ({ data, fanIn }) => {
        const bound = 1 / Math.sqrt(fanIn);
        // Bounds are rounded to float32 before the draw.
        expect(greatest(data.map(Math.abs))).toBeLessThanOrEqual(bound * (1 + 2 ** -23));
      });

      test.each(cases)('$name, $n numbers, is spread evenly between its bounds', ({ data, fanIn }) => {
        // Kolmogorov–Smirnov; under 1 in 10,000 fair draws is farther than 2.23/√n from the uniform distribution.
        const bound = 1 / Math.sqrt(fanIn);
        const shares = [...data].map((value) => (value / bound + 1) / 2).sort((a, b) => a - b);
        const distances = shares.map((share, i) =>
          Math.max(share - i / shares.length, (i + 1) / shares.length - share),
        );
        expect(greatest(distances)).toBeLessThan(2.23 / Math.sqrt(shares.length));
      });

      test('are the same for the same seed, and others for another', () => {
        const digests = (seed: number): string[] =>
          initialParameters(layers, new Mt19937(seed)).map(({ data }) => sha256OfFloats([data]));
        const first = digests(1);
        expect(digests(1)).toEqual(first);
        expect(digests(2).filter((digest) => first.includes(digest))).toEqual([]);
      });
    });

    describe('printed', () => {
      test('names the model and each module, in construction order', () => {
        const [first, ...lines] = printModel(model).split('\n');
        expect(first).toBe(`${model.name}(`);
        expect(lines.map((line) => /^ {2}\((\w+)\): (\w+)\(.*\)$/.exec(line)?.slice(1))).toEqual([
          ...model.modules.map(({ name, type }) => [name, type]),
          undefined,
        ]);
        expect(lines.at(-1)).toBe(')');
      });

      if (reported.length > 0) {
        test.each(reported)('is what the report shows for $conditions', ({ stated }) => {
          const printed = printModel(model).split('\n');
          const [{ line = NaN }] = stated.modules ?? [];
          const start = line - 2; // above the first module, the name of the model
          expect(reportText.split('\n').slice(start, start + printed.length)).toEqual(printed);
          expect(stated.modules?.map(({ value }) => `  ${value}`)).toEqual(printed.slice(1, -1));
        });
      }
    });
  },
);

/** `Math.max` of more numbers than a call takes arguments. */
function greatest(values: ArrayLike<number>): number {
  let maximum = -Infinity;
  for (let i = 0; i < values.length; i++) maximum = Math.max(maximum, values[i]);
  return maximum;
}
