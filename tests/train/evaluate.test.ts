import { crossEntropyPerSample } from '../../src/engine/crossEntropy';
import { createReferenceEngine } from '../../src/engine/reference';
import type { Engine } from '../../src/engine/engine';
import { sha256OfFloats } from '../../src/base/f32';
import { randomInt64 } from '../../src/pytorch/random/draws';
import { initialParameters } from '../../src/pytorch/random/init';
import { Mt19937 } from '../../src/pytorch/random/mt19937';
import { Batches } from '../../src/train/batches';
import { trainEpoch } from '../../src/train/epoch';
import { evaluate, type TestResult } from '../../src/train/evaluate';
import { tinyData, tinyExperiment, tinyLayers } from './tiny';

const batches = new Batches(tinyData.test, tinyExperiment.data.normalisation);

async function trainedEngine(): Promise<Engine> {
  const engine = await createReferenceEngine({
    layers: tinyLayers,
    optimizer: tinyExperiment.optimizer,
    maxBatch: 30,
  });
  const generator = new Mt19937(5);
  engine.setParameters(initialParameters(tinyLayers, generator));
  const train = new Batches(tinyData.train, tinyExperiment.data.normalisation);
  for (const _ of trainEpoch(engine, tinyLayers, train, 8, 0.01, generator));
  return engine;
}

function result(engine: Engine, chunk: number, generator = new Mt19937(0)): TestResult {
  const evaluation = evaluate(engine, batches, 2, chunk, generator);
  let next = evaluation.next();
  while (!next.done) next = evaluation.next();
  return next.value;
}

test('loss, correct count and digest are those of the logits, computed here in float64', async () => {
  const engine = await trainedEngine();
  const logits = new Float32Array(tinyData.test.count * 2);
  const inOrder = Uint32Array.from({ length: tinyData.test.count }, (_, i) => i);
  batches.load(inOrder, 0, engine.input(tinyData.test.count), new Uint8Array(30));
  logits.set(engine.forward(tinyData.test.count));

  let loss = 0;
  let correctCount = 0;
  for (let i = 0; i < tinyData.test.count; i++) {
    const [a, b] = [logits[2 * i], logits[2 * i + 1]];
    const [ofLabel, ofOther] = tinyData.test.labels[i] === 0 ? [a, b] : [b, a];
    loss += Math.log1p(Math.exp(ofOther - ofLabel));
    if (ofLabel > ofOther) correctCount++;
  }
  const evaluated = result(engine, 7);
  // each sample's loss is a float32 computed in a few float32 operations on values below 4
  expect(Math.abs(evaluated.testLoss - loss / tinyData.test.count)).toBeLessThan(8 * 2 ** -24 * 4);
  const losses = new Float32Array(tinyData.test.count);
  crossEntropyPerSample(logits, tinyData.test.labels, losses.length, 2, losses);
  // and their sum is one in float64, to the bit
  expect(evaluated.testLoss).toBe(losses.reduce((sum, value) => sum + value, 0) / losses.length);
  expect(evaluated.correctCount).toBe(correctCount);
  expect(correctCount).toBeGreaterThan(12); // it has learnt something, so that the count says something
  expect(evaluated.testCount).toBe(23);
  expect(evaluated.logitsSha256).toBe(sha256OfFloats([logits]));
});

test('the result does not depend on the chunk', async () => {
  const engine = await trainedEngine();
  for (let chunk = 1; chunk <= 30; chunk++) expect(result(engine, chunk)).toEqual(result(engine, 23));
});

test('evaluation changes neither parameters nor optimizer, and draws one int64', async () => {
  const engine = await trainedEngine();
  const before = [engine.getParameters(), engine.getOptimizerState()];
  const generator = new Mt19937(9);
  result(engine, 8, generator);
  expect([engine.getParameters(), engine.getOptimizerState()]).toEqual(before);
  const expected = new Mt19937(9);
  randomInt64(expected);
  expect(generator.getState()).toEqual(expected.getState());
});
