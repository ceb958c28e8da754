import { AssayError } from '../../base/errors';
import type { RunRecord } from '../../run/record';

/**
 * Refuses a run that approves nothing: against a NaN, an infinity, or a model that does not move, too much is right.
 *
 * @throws AssayError `golden-refused`
 */
export function checkNotVacuous({ losses, epochs }: RunRecord, name: string): void {
  const refuse = (what: string, got: string): never => {
    throw new AssayError('golden-refused', { what, where: name, expected: 'a run whose losses can be told apart', got });
  };
  if (losses.length < 2) refuse('a golden without losses', `${losses.length}`);
  const numbers = [...losses, ...epochs.map(({ testLoss }) => testLoss)];
  const index = numbers.findIndex((loss) => !Number.isFinite(loss));
  if (index >= 0) {
    const where = index < losses.length ? `the loss of step ${index + 1}` : `the test loss of epoch ${index - losses.length + 1}`;
    refuse('a golden with a loss that is not finite', `${numbers[index]}, ${where}`);
  }
  if (losses.every((loss) => loss === losses[0])) refuse('a golden with a constant loss', `${losses[0]} in every step`);
}
