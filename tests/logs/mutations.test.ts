import { AssayError } from '../../src/base/errors';
import { Draws, mutated } from '../fuzz/draws';
import { LOG_READERS } from '../fuzz/logReaders';

const INPUTS = 200;

/** `npm run fuzz` goes on for longer. */
test.each(Object.entries(LOG_READERS))('%s: a damaged log is a run, or an error with a code', (_, make) => {
  const { whole, read } = make();
  const outcomes = { read: 0, refused: 0 };
  for (let seed = 1; seed <= INPUTS; seed++) {
    const draws = new Draws(seed);
    const bytes = mutated(draws, draws.of(whole));
    try {
      read(bytes);
      outcomes.read++;
    } catch (error) {
      if (!(error instanceof AssayError)) throw error;
      outcomes.refused++;
    }
  }
  expect(outcomes.read).toBeGreaterThan(INPUTS / 3);
});
