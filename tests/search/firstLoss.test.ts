import { FirstLoss } from '../../src/search/firstLoss';
import { runInMemory } from '../../src/train';
import { RNGS } from '../../src/spec/rng';
import { tinyData, tinyExperiment } from '../train/tiny';

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
