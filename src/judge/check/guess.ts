import type { LenientTestLine, PrintedNumber } from '../../log/lenient';
import { pythonFixed } from '../../log/printf';
import { isGuess, isLossOfGuess } from '../collapse';
import type { Finding } from './finding';

/**
 * A run that collapsed guesses, and so its losses are those of a guess. NaN and infinity are left to the tests, which must not have them.
 */
export function guessFindings(line: number, loss: PrintedNumber, classes: number): Finding[] {
  if (!Number.isFinite(loss.value) || isLossOfGuess(loss.value, classes)) return [];
  const [shown, guess] = [
    pythonFixed(loss.value, loss.decimals),
    pythonFixed(Math.log(classes), loss.decimals),
  ];
  return [{ rule: 'guess', line, message: `the run guesses, which costs ${guess}, not ${shown}` }];
}

/** Whether a test is that of a model that guesses, see {@link isGuess}. */
export function isGuessedTest(
  { testLoss, correctCount, testCount }: LenientTestLine,
  classes: number,
): boolean {
  return isGuess({ testLoss: testLoss.value, accuracy: (100 * correctCount) / testCount }, classes);
}
