import { fc } from '@fast-check/jest';
import { pythonFixed } from '../../../src/base/printf';
import { footerLines, headerLines, testLines } from '../../../src/logs/pytorchExample/print';
import type {
  Footer,
  Header,
  Located,
  ReportedEpoch,
  ReportedRun,
  TestLine,
  TrainLine,
} from '../../../src/logs/pytorchExample/reportedRun';

/** Numbers as a log can hold them: what Python printed, read back. */
function printed(decimals: number, max: number): fc.Arbitrary<number> {
  const finite = fc
    .double({ noNaN: true, min: -1, max })
    .map((value) => Number(pythonFixed(value, decimals)));
  return fc.oneof(
    { weight: 9, arbitrary: finite },
    { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity) },
  );
}

const counts = fc.nat(100_000);

const trainLines: fc.Arbitrary<TrainLine> = fc.record({
  epoch: counts,
  seen: counts,
  total: counts,
  percent: fc.nat(100),
  loss: printed(6, 1e6),
});

const tests: fc.Arbitrary<TestLine> = fc.record({
  testLoss: printed(4, 1e6),
  correctCount: counts,
  testCount: counts,
  accuracy: printed(2, 100),
});

const words = fc.stringMatching(/^[A-Za-z0-9_.-]{1,12}$/);

const headers: fc.Arbitrary<Header> = fc.record({
  device: words,
  dataSet: words,
  architecture: fc
    .tuple(
      words,
      fc.array(
        words.map((word) => `  (${word}): ReLU()`),
        { maxLength: 3 },
      ),
    )
    .map(([name, modules]) => [`${name}(`, ...modules, ')'].join('\n')),
});

const footers: fc.Arbitrary<Footer> = fc.record({
  model: words,
  predictions: words,
  history: words,
  finalAccuracy: printed(2, 100),
});

interface Parts {
  readonly header?: Header;
  readonly epochs: readonly { readonly train: readonly TrainLine[]; readonly test: TestLine }[];
  readonly end: { readonly footer: Footer } | { readonly cutShort: readonly TrainLine[] } | null;
}

const lines = fc.array(trainLines, { minLength: 1, maxLength: 4 });

/** Runs of the grammar, whatever their numbers say, with the line numbers of their printed text. */
export const reportedRuns: fc.Arbitrary<ReportedRun> = fc
  .record<Parts, 'epochs' | 'end'>(
    {
      header: headers,
      epochs: fc.array(fc.record({ train: lines, test: tests }), { minLength: 1, maxLength: 3 }),
      end: fc.option(
        fc.oneof(
          footers.map((footer) => ({ footer })),
          lines.map((cutShort) => ({ cutShort })),
        ),
      ),
    },
    { requiredKeys: ['epochs', 'end'] },
  )
  .map(withLineNumbers);

function withLineNumbers({ header, epochs, end }: Parts): ReportedRun {
  let line = 1;
  const locate = <T>(part: T, lineCount: number, offset = 0): Located<T> => {
    const located = { ...part, line: line + offset };
    line += lineCount;
    return located;
  };
  const locatedHeader = header && locate(header, headerLines(header).length);
  const located: ReportedEpoch[] = epochs.map(({ train, test }) => ({
    train: train.map((trainLine) => locate(trainLine, 1)),
    test: locate(test, testLines(test).length, 1),
  }));
  if (end && 'cutShort' in end)
    located.push({ train: end.cutShort.map((trainLine) => locate(trainLine, 1)) });
  const footer = end && 'footer' in end ? locate(end.footer, footerLines(end.footer).length) : undefined;
  return { ...(locatedHeader && { header: locatedHeader }), epochs: located, ...(footer && { footer }) };
}

/** Tabs become the spaces up to the next multiple of 8 columns, as the report shows them. */
export function expandTabs(text: string): string {
  return text.replace(/^([^\t\n]*)\t/gm, (_, before: string) => before + ' '.repeat(8 - (before.length % 8)));
}
