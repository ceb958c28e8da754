import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDataSet } from '../../../src/data/load';
import { createEngine } from '../../../src/engine/create';
import { initialParameters } from '../../../src/pytorch/random/init';
import { Mt19937 } from '../../../src/pytorch/random/mt19937';
import { loadExperiment } from '../../../src/experiment/load';
import { layersOf } from '../../../src/experiment/model';
import { Batches } from '../../../src/train/batches';
import { trainEpoch } from '../../../src/train/epoch';
import { assertClose, vector } from '../support/assertClose';

/**
 * Ten steps of Adam on the whole DigitClassifier, on MNIST, from PyTorch's own random numbers, against the losses that PyTorch recorded
 * (`fixtures/torch/oracle`). `reference` would take minutes, and has the bits of `wasm`.
 */
const STEPS = 10;
const ENGINES = ['wasm', 'tfjs'] as const;

/**
 * PyTorch's distance from itself, with its other convolution, at its largest so far, times this. It is one sample of a distance, where
 * two more roundings may fall anywhere.
 */
const FACTOR = 20;

const root = join(__dirname, '../../..');
const mnist = process.env.ASSAY_DATA && join(process.env.ASSAY_DATA, 'mnist');
const isFound = mnist !== undefined && existsSync(mnist);
if (!isFound) console.log('ten steps on MNIST: not judged, as MNIST is not in $ASSAY_DATA/mnist');

(isFound ? describe : describe.skip).each(ENGINES)('%s trains on MNIST as PyTorch does', (engineName) => {
  test.each([0.0001, 0.001, 0.01])('ten steps of Adam, lr %d', async (lr) => {
    const [theirs, otherwise] = ['steps', 'no-mkldnn.steps'].map((path) => lossesOf(lr, path));
    const ownDistances = theirs.map((loss, step) => Math.abs(otherwise[step] - loss));
    assertClose('losses', vector(await lossesHere(engineName, lr)), vector(theirs), {
      because: `${FACTOR} times the distance of PyTorch's two convolutions so far, at least an ulp`,
      at: (step) => {
        const ulp = theirs[step] * 2 ** -23;
        return FACTOR * Math.max(ulp, ...ownDistances.subarray(0, step + 1));
      },
    });
  });
});

function lossesOf(lr: number, path: string): Float32Array {
  const text = readFileSync(join(root, `fixtures/torch/oracle/lr${lr}_seed1.${path}.json`), 'utf8');
  const { losses } = JSON.parse(text) as { losses: string[] };
  return Float32Array.from(losses.slice(0, STEPS), Number);
}

async function lossesHere(engineName: (typeof ENGINES)[number], lr: number): Promise<Float32Array> {
  const { model, data, optimizer, training } = await loadExperiment(
    join(root, 'spec/lr-experiment/experiment.json'),
  );
  const dataSet = await loadDataSet('mnist');
  const layers = layersOf(model, data.inputShape);
  const engine = await createEngine(engineName, { layers, optimizer, maxBatch: training.batchSize });
  const generator = new Mt19937(1);
  engine.setParameters(initialParameters(layers, generator));
  const batches = new Batches(dataSet.train, data.normalisation);
  const losses: number[] = [];
  for (const loss of trainEpoch(engine, layers, batches, training.batchSize, lr, generator)) {
    losses.push(loss);
    if (losses.length === STEPS) break;
  }
  await engine.close();
  return Float32Array.from(losses);
}
