import { fc } from '@fast-check/jest';
import { pythonFixed } from '../../../src/base/printf';
import {
  footerLines,
  headerLines,
  testLines,
  textOf,
  trainLine,
} from '../../../src/logs/pytorchExample/print';
import type { LenientTestLine, LenientTrainLine, PrintedNumber } from '../../../src/logs/pytorchExample/read';

type NumbersOf<Line> = Omit<Line, 'line'>;

/** Numbers as a log can hold them: what Python printed, read back. */
function printed(decimals: number, max: number): fc.Arbitrary<PrintedNumber> {
  const finite = fc
    .double({ noNaN: true, min: -1, max })
    .map((value) => ({ value: Number(pythonFixed(value, decimals)), decimals }));
  const others = fc.constantFrom(NaN, Infinity, -Infinity).map((value) => ({ value, decimals: 0 }));
  return fc.oneof({ weight: 9, arbitrary: finite }, { weight: 1, arbitrary: others });
}

const counts = fc.nat(100_000);

const trainLines: fc.Arbitrary<NumbersOf<LenientTrainLine>> = fc.record({
  kind: fc.constant('train' as const),
  epoch: counts,
  seen: counts,
  total: counts,
  percent: fc.nat(100).map((value) => ({ value, decimals: 0 })),
  loss: printed(6, 1e6),
});

const tests: fc.Arbitrary<NumbersOf<LenientTestLine>> = fc.record({
  kind: fc.constant('test' as const),
  testLoss: printed(4, 1e6),
  correctCount: counts,
  testCount: counts,
  accuracy: printed(2, 100),
});

const words = fc.stringMatching(/^[A-Za-z0-9_.-]{1,12}$/);

const headers: fc.Arbitrary<string[]> = fc
  .tuple(words, words, words, fc.array(words, { maxLength: 3 }))
  .map(([device, dataSet, name, modules]) => {
    const architecture = [`${name}(`, ...modules.map((module) => `  (${module}): ReLU()`), ')'].join('\n');
    return headerLines({ device, dataSet, architecture });
  });

const footers: fc.Arbitrary<{ readonly lines: string[]; readonly accuracy: PrintedNumber }> = fc
  .tuple(words, words, words, printed(2, 100))
  .map(([model, predictions, history, accuracy]) => ({
    lines: footerLines({ model, predictions, history, finalAccuracy: accuracy.value }),
    accuracy,
  }));

/** A log of the grammar, whatever its numbers say, and what a reader finds in it. */
export interface PrintedLog {
  readonly text: string;
  readonly lines: readonly (LenientTrainLine | LenientTestLine)[];
  readonly finalAccuracy?: PrintedNumber & { readonly line: number };
}

export const printedLogs: fc.Arbitrary<PrintedLog> = fc
  .record({
    header: fc.option(headers, { nil: [] }),
    lines: fc
      .tuple(trainLines, fc.array(fc.oneof({ weight: 3, arbitrary: trainLines }, tests), { maxLength: 12 }))
      .map(([first, rest]) => [first, ...rest]),
    footer: fc.option(footers, { nil: undefined }),
  })
  .map(({ header, lines, footer }): PrintedLog => {
    const text = [...header];
    const located = lines.map((numbers): LenientTrainLine | LenientTestLine => {
      const own =
        numbers.kind === 'train'
          ? [trainLine({ ...numbers, percent: numbers.percent.value, loss: numbers.loss.value })]
          : testLines({ ...numbers, testLoss: numbers.testLoss.value, accuracy: numbers.accuracy.value });
      text.push(...own);
      return { ...numbers, line: text.length - (numbers.kind === 'train' ? 0 : 1) };
    });
    text.push(...(footer?.lines ?? []));
    return {
      text: textOf(text),
      lines: located,
      ...(footer && { finalAccuracy: { ...footer.accuracy, line: text.length } }),
    };
  });
