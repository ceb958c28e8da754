import { BITWISE_ENGINES, type EngineOptions } from '../../../src/engine/engine';
import { layersOf, parametersOf } from '../../../src/experiment/model';
import type { ModuleSpec } from '../../../src/experiment/types';
import { expectSameBits, expectSameTensors } from '../support/compare';
import { forward, outputSize, variantsOf, withEngines } from '../support/engines';
import { filled, filledLike } from '../support/values';

/**
 * Engines save work where an image repeats itself. Here images are one colour but for one pixel, each pixel in turn: what is taken for a
 * repetition and is none shows.
 */
const HEIGHT = 9;
const WIDTH = 11;
const PIXELS = HEIGHT * WIDTH;

/** A Conv2d of so large a kernel, ReLU and pool; and what comes of it is convolved once more. */
function modulesOf(kernelSize: [number, number], padding: [number, number]): ModuleSpec[] {
  return [
    { name: 'conv1', type: 'Conv2d', inChannels: 1, outChannels: 5, kernelSize, padding },
    { name: 'relu1', type: 'ReLU' },
    { name: 'pool1', type: 'MaxPool2d', kernelSize: 2 },
    { name: 'conv2', type: 'Conv2d', inChannels: 5, outChannels: 4, kernelSize: [2, 2], padding: [1, 1] },
    { name: 'relu2', type: 'ReLU' },
    { name: 'pool2', type: 'MaxPool2d', kernelSize: 2 },
  ];
}

describe.each(BITWISE_ENGINES.filter((name) => name !== 'reference'))(
  '%s has the bits of reference',
  (name) => {
    const variants = variantsOf(name);
    const each = (variants.length > 0 ? test : test.skip).each;

    each<[string, [number, number], [number, number]]>([
      ['3 × 3, padded', [3, 3], [1, 1]],
      ['3 × 3', [3, 3], [0, 0]],
      ['5 × 4, padded by more rows than columns', [5, 4], [2, 1]],
      ['2 × 6', [2, 6], [0, 0]],
      ['1 × 1', [1, 1], [0, 0]],
    ])(
      'on an image of one colour but for one pixel, through a kernel of %s',
      async (_, kernelSize, padding) => {
        const modules = modulesOf(kernelSize, padding);
        const layers = layersOf({ name: 'Net', modules, forward: modules.map(({ name }) => name) }, [
          1,
          HEIGHT,
          WIDTH,
        ]);
        const options: EngineOptions = { layers, optimizer: { type: 'SGD', momentum: 0 }, maxBatch: PIXELS };
        const input = new Float32Array(PIXELS * PIXELS).fill(-0.4242);
        for (let i = 0; i < PIXELS; i++) input[i * PIXELS + i] = 2.5;
        await withEngines(['reference', ...variants], options, (engines) => {
          const parameters = filledLike({ palette: 'ordinary', seed: 1 }, parametersOf(layers));
          const gradOutput = filled({ palette: 'ordinary', seed: 2 }, PIXELS * outputSize(layers));
          const [wanted, ...others] = engines.map((engine) => {
            engine.setParameters(parameters);
            const output = forward(engine, PIXELS, input);
            engine.backward(gradOutput);
            return { output, gradients: engine.getGradients() };
          });
          others.forEach(({ output, gradients }, i) => {
            expectSameBits(`${variants[i]}, output`, output, wanted.output, [
              PIXELS,
              ...layers[layers.length - 1].outputShape,
            ]);
            expectSameTensors(`${variants[i]}, gradient of`, gradients, wanted.gradients);
          });
        });
      },
    );
  },
);
