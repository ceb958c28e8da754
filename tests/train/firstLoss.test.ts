import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDataSet } from '../../src/data/load';
import { candidatesOf } from '../../src/judge/seed/candidates';
import { FirstLoss } from '../../src/train/firstLoss';
import { runInMemory } from '../../src/train';
import { RNGS } from '../../src/experiment/rng';
import { digitClassifier } from '../spec/experiments';
import { tinyData, tinyExperiment } from './tiny';

const rngs = Object.values(RNGS);
const cases = [1, 7, 2 ** 32 + 7].flatMap((seed) => rngs.map((rng) => ({ seed, rng })));

test.each(cases)('the first loss of seed $seed is that of its run, $rng', async ({ seed, rng }) => {
  const options = { experiment: tinyExperiment, dataSet: tinyData, lr: 0.01, seed, rng, untilStep: 1 };
  const { losses } = await runInMemory({ ...options, engine: 'reference' });
  const firstLoss = await FirstLoss.create(tinyExperiment, tinyData, rng, 1);
  firstLoss.of(seed + 1); // leaves nothing behind
  expect(firstLoss.of(seed)).toBe(losses[0]);
  await firstLoss.close();
});

const mnist = process.env.ASSAY_DATA && join(process.env.ASSAY_DATA, 'mnist');
const sealed = join(__dirname, '../../fixtures/torch/sealed');

/** Recorded with seeds that were not known until the search had found them; see record.sh there. */
(mnist !== undefined && existsSync(mnist) ? test : test.skip).each(['lr0.001', 'lr0.0001'])(
  'the first loss of a seed that find-seed found is the one that PyTorch printed: %s',
  async (name) => {
    const { experiment } = digitClassifier;
    const seed = Number(readFileSync(join(sealed, `${name}.seed`), 'utf8'));
    const printed = /Loss: (\S+)/.exec(readFileSync(join(sealed, `${name}.log`), 'utf8'))?.[1] ?? '';
    const firstLoss = await FirstLoss.create(experiment, await loadDataSet('mnist'), RNGS.torch, 1);
    expect(
      candidatesOf([[seed, firstLoss.of(seed)]], { value: Number(printed), decimals: 6 }).candidates,
    ).toHaveLength(1);
    expect(
      candidatesOf([[seed + 1, firstLoss.of(seed + 1)]], { value: Number(printed), decimals: 6 }).candidates,
    ).toEqual([]);
    await firstLoss.close();
  },
);
