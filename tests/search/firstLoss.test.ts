import { FirstLoss } from '../../src/search/firstLoss';
import { runInMemory } from '../../src/train';
import { tinyData, tinyExperiment } from '../train/tiny';

test.each([1, 7, 2 ** 32 + 7])('the first loss of seed %i is that of its run', async (seed) => {
  const options = { experiment: tinyExperiment, dataSet: tinyData, lr: 0.01, seed, untilStep: 1 };
  const { losses } = await runInMemory({ ...options, engine: 'reference' });
  const firstLoss = await FirstLoss.create(tinyExperiment, tinyData, 1);
  firstLoss.of(seed + 1); // leaves nothing behind
  expect(firstLoss.of(seed)).toBe(losses[0]);
  await firstLoss.close();
});
