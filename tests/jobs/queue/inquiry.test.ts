import { firstDifference } from '../../../src/jobs/difference';
import { jobOf } from '../../../src/jobs/job';
import { train, type TrainJob } from '../../../src/jobs/kinds/train';
import { LocalPool } from '../../../src/jobs/localPool';
import { agree, rule } from '../../../src/jobs/queue/inquiry';
import { ensembleRunOf, type EncodedEnsembleRun } from '../../../src/run/ensemble';
import { documentOf } from '../../../src/experiment/load';
import { RNGS } from '../../../src/experiment/rng';
import { runInMemory } from '../../../src/train';
import { tinyData, tinyExperiment } from '../../train/tiny';

const payload: TrainJob = {
  experiment: documentOf(tinyExperiment),
  dataSha256: tinyData.sha256,
  ...{ lr: 0.01, seed: 7, epochs: 2, rng: RNGS.torch, engine: 'wasm' },
};
let truth: EncodedEnsembleRun;
beforeAll(async () => {
  const { lr, seed, epochs, rng, engine } = payload;
  const record = await runInMemory({
    experiment: tinyExperiment,
    dataSet: tinyData,
    ...{ lr, seed, epochs, rng, engine },
  });
  truth = ensembleRunOf(record, tinyExperiment.training);
});

const arbiter = (): LocalPool => new LocalPool(1, [tinyData]);
const lieAbout = (change: Partial<EncodedEnsembleRun['epochs'][number]>): EncodedEnsembleRun => ({
  ...truth,
  epochs: truth.epochs.map((epoch, i) => (i === 1 ? { ...epoch, ...change } : epoch)),
});

test('a third run finds the liar, whichever of the two it is, and says where they part', async () => {
  const lie = lieAbout({ correctCount: truth.epochs[1].correctCount + 1 });
  for (const honestFirst of [true, false]) {
    const statements = [
      { worker: 'honest', result: truth },
      { worker: 'liar', result: lie },
    ];
    const [a, b] = honestFirst ? statements : statements.reverse();
    expect(agree(a, b)).toBe(false);
    const ruling = await rule(jobOf(train, payload), [a, b], arbiter, undefined);
    expect(ruling).toMatchObject({ result: truth, liars: ['liar'] });
    expect(ruling.report).toContain(`${a.worker} and ${b.worker} disagree`);
    expect(ruling.report).toMatch(
      /epoch 2: correctCount: \d+ against \d+, with the same weights [0-9a-f]{64}/,
    );
  }
});

test('two that lie in two ways are both found', async () => {
  const a = { worker: 'a', result: lieAbout({ weightsSha256: 'a'.repeat(64) }) };
  const b = { worker: 'b', result: lieAbout({ weightsSha256: 'b'.repeat(64) }) };
  const ruling = await rule(jobOf(train, payload), [a, b], arbiter, undefined);
  expect(ruling).toMatchObject({ result: truth, liars: ['a', 'b'] });
  expect(ruling.report).toContain(`epoch 2: weights ${'a'.repeat(64)} against ${'b'.repeat(64)}`);
});

test.each([
  [{ a: 1 }, { a: 2 }, 'a: 1 against 2'],
  [{ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] }, 'a[1].b: 2 against 3'],
  [{ a: 1 }, { a: 1, c: null }, 'c: nothing against null'],
  [[1], { 0: 1 }, 'it: [1] against {"0":1}'],
  [{ a: { b: 1 } }, { a: 'x' }, 'a: {"b":1} against "x"'],
])('%j and %j part at %s', (a, b, where) => {
  expect(firstDifference(a, b)).toBe(where);
});
