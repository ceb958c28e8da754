import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pythonFixed } from '../../src/base/printf';
import { makeBands, parseBands, type Bands } from '../../src/judge/bands';
import { checkLog, checkLogs, type Check, type CheckName, type LogJudgement } from '../../src/judge/check';
import { lossesAround } from './losses';
import { EXPERIMENT as experiment, GUESS, runOf, runsIn, STUDY } from './ourStudy';

const ROOT = join(__dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, 'fixtures', path), 'utf8');
const oracle = read('torch/oracle/lr0.001_seed1.log');

/** By what follows from a log alone. */
const ALONE = { only: ['format', 'arithmetic', 'protocol'] } as const;

interface Given {
  readonly lr?: number;
  readonly bands?: Bands;
  readonly only?: readonly CheckName[];
}

const REFERENCES = { study: STUDY, experiment };

function judge(text: string, { lr, ...options }: Given = {}): LogJudgement[] {
  const conditions = lr === undefined ? undefined : { lr };
  return runsIn(text).map((run) => checkLog(run, { ...REFERENCES, ...options }, conditions));
}

/** Rule and line of what was found in the only run. */
function found(text: string, given?: Given): [string, number | undefined][] {
  const [{ checks }, ...others] = judge(text, given);
  expect(others).toEqual([]);
  return checks.flatMap(({ findings }) =>
    findings.map(({ rule, line }): [string, number | undefined] => [rule, line]),
  );
}

const verdicts = ({ checks }: LogJudgement): Record<string, string> =>
  Object.fromEntries(checks.map(({ name, verdict }) => [name, verdict]));

const NO_BANDS = {
  ...{ format: 'pass', arithmetic: 'pass', protocol: 'pass' },
  ...{ experiment: 'pass', bands: 'no-reference' },
};

describe('without bands', () => {
  const logs = readdirSync(join(ROOT, 'fixtures/torch/oracle')).filter((name) => name.endsWith('.log'));
  test('there are nine logs of PyTorch', () => expect(logs).toHaveLength(9));
  test.each(logs)('PyTorch’s %s holds', (name) => {
    expect(judge(read(`torch/oracle/${name}`)).map(verdicts)).toEqual([NO_BANDS]);
  });

  test('the three reported runs hold, each with the learning rate of its heading', () => {
    const judged = judge(read('reported/lr-experiment.txt'));
    expect(judged.map(verdicts)).toEqual([NO_BANDS, NO_BANDS, NO_BANDS]);
    expect(judged.map(({ conditions, conditionsFrom }) => [conditions?.lr, conditionsFrom])).toEqual([
      [0.0001, 'heading'],
      [0.001, 'heading'],
      [0.01, 'heading'],
    ]);
  });

  /** The lines of the oracle, edited; lines are 1-based. */
  const edit = (change: (lines: string[]) => void): string => {
    const lines = oracle.split('\n');
    change(lines);
    return lines.join('\n');
  };
  const replace = (line: number, from: string | RegExp, to: string): string =>
    edit((lines) => {
      const before = lines[line - 1];
      lines[line - 1] = before.replace(from, to);
      expect(lines[line - 1]).not.toBe(before);
    });
  /** 13 lines an epoch: ten of training, a blank one, the test, a blank one. */
  const testLine = (epoch: number): number => 13 * (epoch - 1) + 12;

  test('the oracle’s lines are where these tests think', () => {
    for (const epoch of [1, 2, 3, 4, 5]) expect(oracle.split('\n')[testLine(epoch) - 1]).toMatch(/^Test set/);
  });

  test.each<[string, () => string, [string, number][]]>([
    [
      'a digit of an accuracy',
      () => replace(testLine(2), /\d%\)$/, 'X%)'.replace('X', '1')),
      [['accuracy', testLine(2)]],
    ],
    [
      'a digit of a correct count',
      () => replace(testLine(3), /(\d)\/10000/, '3/10000'),
      [['accuracy', testLine(3)]],
    ],
    [
      'more right than there are',
      () => replace(testLine(3), /\d+\/10000/, '10001/10000'),
      [['correct-count', testLine(3)]],
    ],
    ['a percent', () => replace(4, '(32%)', '(33%)'), [['percent', 4]]],
    ['a negative loss', () => replace(4, 'Loss: ', 'Loss: -'), [['negative-loss', 4]]],
    [
      'a test loss divided by 10',
      () => replace(testLine(1), 'loss: 0.0', 'loss: 0.00'),
      [['loss-of-errors', testLine(1)]],
    ],
    ['a first loss times 10', () => replace(1, /Loss: (\d)\./, 'Loss: $10.'), [['first-loss', 1]]],
    ['a first loss of nan', () => replace(1, /Loss: .*/, 'Loss: nan'), [['first-loss', 1]]],
    ['a deleted training line', () => edit((lines) => lines.splice(4, 1)), [['logged-batches', 5]]],
    [
      'the last training line of an epoch deleted',
      () => edit((lines) => lines.splice(9, 1)),
      [['logged-batches', 11]],
    ],
    [
      'no training line before the first test',
      () => edit((lines) => lines.splice(0, 10)),
      [
        ['epoch-order', 2],
        ['first-loss', 4],
      ],
    ],
    ['a deleted test line', () => edit((lines) => lines.splice(testLine(2) - 1, 1)), [['test', 23]]],
    ['a doubled training line', () => edit((lines) => lines.splice(4, 0, lines[4])), [['logged-batches', 6]]],
    ['a doubled test line', () => edit((lines) => lines.splice(12, 0, lines[11])), [['test', 13]]],
    [
      'a missing epoch',
      () => edit((lines) => lines.splice(13, 13)),
      [
        ['epoch-order', 14],
        ['epoch-order', 27],
        ['epoch-order', 40],
        ['epoch-count', 51],
      ],
    ],
    ['the last epoch missing', () => edit((lines) => lines.splice(52)), [['epoch-count', 51]]],
    [
      'two epochs swapped',
      () => edit((lines) => lines.push(...lines.splice(52, 13), ...lines.splice(39, 13))),
      [
        ['epoch-order', 41],
        ['epoch-order', 54],
      ],
    ],
    [
      'the first two epochs swapped',
      () => edit((lines) => lines.splice(0, 26, ...lines.slice(13, 26), ...lines.slice(0, 13))),
      [
        ['epoch-order', 1],
        ['epoch-order', 14],
        ['first-loss', 1],
      ],
    ],
    [
      'another data set in the middle',
      () => replace(15, '/60000', '/50000'),
      [
        ['percent', 15],
        ['constant-sizes', 15],
      ],
    ],
  ])('%s', (_, text, findings) => {
    expect(found(text())).toEqual(findings);
    expect(judge(text())[0].verdict).toBe('fail');
  });

  test.each([
    // 1000 wrong of 10000 cost 0.0693147 at least, which is printed as 0.0693
    ['0.0693', []],
    ['0.0692', [['loss-of-errors', testLine(1)]]],
    ['0.069', []],
    ['0.068', [['loss-of-errors', testLine(1)]]],
    ['0', []],
  ])('a test loss is as exact as it was printed: %s', (loss, findings) => {
    const said = `Average loss: ${loss}, Accuracy: 9000/10000 (90.00%)`;
    expect(found(replace(testLine(1), /Average loss.*/, said), ALONE)).toEqual(findings);
  });

  test('what was not judged is not green', () => {
    expect(judge(oracle)[0].verdict).toBe('no-reference');
    expect(judge(oracle, ALONE)[0].verdict).toBe('pass');
  });

  test('a final accuracy that is not the last test’s', () => {
    const log = read('logs/valid/reported-with-tabs.log');
    const last = log.trimEnd().split('\n').length;
    expect(found(log)).toEqual([]);
    expect(found(log.replace(/(Final Test Accuracy: )\S+/, '$199.99%'))).toEqual([['final-accuracy', last]]);
  });

  test('a line that is misprinted is a fault of the format, and missing in the protocol', () => {
    expect(found(replace(4, '60000 (', '60000 '))).toEqual([
      ['format', 4],
      ['logged-batches', 5],
    ]);
  });

  test('other sizes are judged by themselves', () => {
    const small = (batchSize: number, batches: number): string => {
      const total = batchSize * batches - (batchSize > 1 ? 1 : 0);
      const lines = Array.from({ length: Math.ceil(batches / 10) }, (_, i) => {
        const percent = Math.round((100 * 10 * i) / batches);
        return `Train Epoch: 1 [${10 * i * batchSize}/${total} (${percent}%)]\tLoss: 0.500000`;
      });
      return [...lines, '', 'Test set: Average loss: 0.4000, Accuracy: 90/100 (90%)', ''].join('\n');
    };
    for (const [batchSize, batches] of [
      [128, 47],
      [100, 33],
      [1, 71],
    ]) {
      const [judgement] = judge(small(batchSize, batches), ALONE);
      expect({ batchSize, findings: found(small(batchSize, batches), ALONE) }).toEqual({
        batchSize,
        findings: [],
      });
      expect(judgement.verdict).toBe('pass');
    }
  });

  // PyTorch's public example prints `batch_idx * len(data)`, and the last batch may be smaller.
  describe('a last batch that is smaller, logged by its own size', () => {
    const log = (total: number, batchSize: number, interval: number, last = 0): string => {
      const batches = Math.ceil(total / batchSize);
      const epochs = [1, 2, 3].map((epoch) => {
        const lines: string[] = [];
        for (let batch = 0; batch < batches; batch += interval) {
          const seen = batch * Math.min(batchSize, total - batch * batchSize);
          const wrong = batch === batches - 1 ? last : 0;
          const percent = pythonFixed((100 * batch) / batches, 0);
          lines.push(`Train Epoch: ${epoch} [${seen + wrong}/${total} (${percent}%)]\tLoss: 0.50000${epoch}`);
        }
        return [...lines, '', 'Test set: Average loss: 0.4000, Accuracy: 90/100 (90%)', ''].join('\n');
      });
      return epochs.join('\n');
    };

    test.each([
      [1000, 64, 1],
      [1000, 64, 5],
      [1000, 64, 15],
      [60000, 64, 937],
      [60000, 64, 1],
      [12345, 100, 123],
      [12345, 100, 41],
    ])('%i images in batches of %i, every %ith', (total, batchSize, interval) => {
      const text = log(total, batchSize, interval);
      const smaller = (total % batchSize) * (Math.ceil(total / batchSize) - 1);
      expect(text).toContain(`[${smaller}/${total} (`);
      // Where the last batch is the only one but the first, only the batch size of the experiment can be told.
      if (batchSize === 64 || interval < 123) expect(found(text, ALONE)).toEqual([]);
    });

    test('another number than its own is still wrong', () => {
      expect(new Set(found(log(1000, 64, 5, 15)).map(([rule]) => rule))).toContain('percent');
    });
  });
});

describe('with bands', () => {
  /** Runs around the oracle's of lr 0.001; those of lr 0.01 are worse, and half of them collapse. */
  const { series } = runsIn(oracle)[0];
  const losses = series.loss.map(({ value }) => value);
  const runs = [0.001, 0.01].flatMap((lr) =>
    Array.from({ length: lr === 0.01 ? 78 : 39 }, (_, seed) => {
      const shift = Math.sin(seed + 1) * (lr === 0.01 ? 5 : 1);
      const worse = lr === 0.01 ? { loss: 0.1, accuracy: 3 } : { loss: 0, accuracy: 0 };
      const epochs = series['test loss'].map(({ value }, i) => ({
        testLoss: value + worse.loss + 0.004 * shift + 0.001 * Math.sin(7 * seed + i),
        accuracy: series.accuracy[i].value - worse.accuracy - 0.1 * shift + 0.02 * Math.cos(5 * seed + i),
      }));
      const collapsed = epochs.map(() => ({ testLoss: 2.3012, accuracy: 11.35 }));
      const collapses = lr === 0.01 && seed % 2 === 1;
      const loggedLosses = collapses ? losses.map(() => 2.3) : lossesAround(losses, seed);
      return runOf({ lr, seed, loggedLosses, epochs: collapses ? collapsed : epochs });
    }),
  );
  const { name, sha256, data } = experiment;
  const facts = { experiment: { name, sha256 }, data: { name: 'mnist', sha256: data.sha256 } };
  const bands = makeBands(runs, facts, STUDY, GUESS);
  const bandCheck = (text: string, lr?: number): Check => judge(text, { lr, bands })[0].checks[4];

  test('a run of the same distribution is inside, and its learning rate is found', () => {
    const [judgement] = judge(oracle, { bands });
    expect(judgement).toMatchObject({
      verdict: 'pass',
      conditions: { lr: 0.001 },
      conditionsFrom: 'best fit',
    });
    expect(bandCheck(oracle).reason).toMatch(
      /^lr 0.001, which fits best: band of 39 runs, 97.5 % of new runs pass/,
    );
  });

  test('as the run of another learning rate it is not', () => {
    const { verdict, findings } = bandCheck(oracle, 0.01);
    expect(verdict).toBe('fail');
    expect(findings.find(({ message }) => message.includes('test loss'))).toMatchObject({
      rule: 'band',
      line: 12,
    });
  });

  const messages = ({ findings }: Check): string[] => findings.map(({ message }) => message);
  test('a number outside is shown with the digits of the log, whatever its rounding could be', () => {
    const [{ value }] = series['test loss'];
    expect(messages(bandCheck(oracle, 0.01)).join('\n')).toMatch(
      new RegExp(`^epoch 1: test loss ${pythonFixed(value, 4)} is outside of 0\\.\\d{4} … `, 'm'),
    );
    const coarse = oracle.replace(
      /loss: 0\.\d+, Accuracy: (\d\d)(\d)\d\/10000 \(.*/,
      'loss: 0.9, Accuracy: 50$2$2/10000 (50%)',
    );
    expect(messages(bandCheck(coarse, 0.001))).toEqual([
      expect.stringMatching(/^epoch 1: test loss 0\.9 is outside of 0\.\d{4} … 0\.\d{4}$/),
      expect.stringMatching(/^epoch 1: accuracy 50\.\d\d is outside of 9\d\.\d\d … 9\d\.\d\d$/),
    ]);
  });

  test('an accuracy that its percent without decimals would put inside is shown with more of them', () => {
    const [band, ...others] = bands.bands;
    const [first, ...later] = band.series.accuracy;
    const [low, high] = [Math.cbrt(100 - 98.25), Math.cbrt(100 - 97.5)];
    const cell = { mean: (low + high) / 2, sd: (high - low) / 2 / band.quantile };
    const accuracy = [{ ...first, ...cell }, ...later];
    const narrower = { ...bands, bands: [{ ...band, series: { ...band.series, accuracy } }, ...others] };
    const log = oracle.replace(/\d+\/10000 \(.*/, '9845/10000 (98%)');
    expect(messages(judge(log, { lr: 0.001, bands: narrower })[0].checks[4])).toEqual([
      'epoch 1: accuracy 98.45 is outside of 97.50 … 98.25',
    ]);
  });

  test.each(['nan', 'inf'])('a loss of %s is outside of bounds with decimals', (loss) => {
    const log = oracle.replace(/(Epoch: 2 \[6400.*Loss: ).*/, `$1${loss}`);
    const { findings } = judge(log, { lr: 0.001, bands })[0].checks[4];
    expect(findings.map(({ message }) => message)).toEqual([
      expect.stringMatching(new RegExp(`: loss ${loss} is outside of \\d\\.\\d{4} … \\d\\.\\d{4}$`)),
    ]);
  });

  test('a scaled test loss is outside, with its line', () => {
    const scaled = oracle.replace(
      /(loss: )0\.0(\d+)(, Accuracy: \d+\/10000 \(\S+%\)\n\nTrain Epoch: 3)/,
      '$10.$20$3',
    );
    expect(scaled).not.toBe(oracle);
    expect(bandCheck(scaled).findings.map(({ rule, line }) => [rule, line])).toEqual([['band', 25]]);
  });

  test('better than the band is outside, too', () => {
    const better = oracle.replace(/\d+\/10000 \(\S+%\)\n$/m, '9999/10000 (99.99%)\n');
    expect(bandCheck(better).verdict).toBe('fail');
  });

  /** 13 lines an epoch; a test follows the training of its epoch. */
  const epochLines = (n: number): string[] => oracle.split('\n').slice(13 * (n - 1), 13 * n);
  const others = [4, 5].flatMap(epochLines);
  test('swapped epochs are judged as the epochs that they are: their order is the only reason', () => {
    const text = [...epochLines(3), ...epochLines(1), ...epochLines(2), ...others, ''].join('\n');
    expect(bandCheck(text, 0.001).verdict).toBe('pass');
    expect(new Set(found(text, { lr: 0.001, bands }).map(([rule]) => rule))).toEqual(
      new Set(['epoch-order', 'first-loss']),
    );
  });

  test('a test that is missing, or there twice, leaves open which epoch is which', () => {
    const [train, last] = [epochLines(2).slice(0, 10), epochLines(2).slice(10)];
    const rest = [...epochLines(3), ...others, ''];
    for (const second of [train, [...train, ...last, ...last]]) {
      const text = [...epochLines(1), ...second, ...rest].join('\n');
      expect(bandCheck(text, 0.001)).toMatchObject({ verdict: 'inconclusive', findings: [] });
      expect(found(text, { lr: 0.001, bands }).map(([rule]) => rule)).toEqual(['test']);
    }
  });

  const collapsed = oracle
    .replace(/loss: \S+ Accuracy: .*/g, 'loss: 2.3012, Accuracy: 1135/10000 (11.35%)')
    .replace(/Loss: \S+$/gm, (_, at: number) => `Loss: 2.3${String(at).padStart(5, '0')}`);
  test('a collapsed run fails where none collapses, and passes where half do', () => {
    expect(bandCheck(collapsed, 0.001)).toMatchObject({
      verdict: 'fail',
      findings: [{ rule: 'collapse', line: 64 }],
    });
    expect(bandCheck(collapsed, 0.01).verdict).toBe('pass');
    expect(bandCheck(collapsed, 0.01).reason).toMatch(
      /the run never learned, as 39 of 78 did not \(38\.\d % to 61\.\d % at level 0.95/,
    );
    const untold = judge(collapsed, { bands })[0];
    expect(untold.conditions).toBeUndefined();
    expect(untold.checks[4]).toMatchObject({ verdict: 'inconclusive', findings: [] });
  });

  test.each<[string, () => Check, RegExp]>([
    ['no such learning rate', () => bandCheck(oracle, 0.5), /no band for lr 0.5/],
    [
      'another test set',
      () => bandCheck(oracle.replaceAll('/10000', '/20000')),
      /20000 test images instead of 10000/,
    ],
    [
      'another experiment',
      () => judge(oracle, { bands: { ...bands, experiment: { name, sha256: 'f'.repeat(64) } } })[0].checks[4],
      /another experiment/,
    ],
  ])('%s: no reference', (_, check, reason) => {
    expect(check()).toMatchObject({
      verdict: 'no-reference',
      reason: expect.stringMatching(reason) as string,
    });
  });

  /** The oracle with another digit in a loss: a run of its own. */
  const another = (i: number): string =>
    oracle.replace(
      /^(Train Epoch: 3 \[6400.*Loss: \d\.\d{3})\d{3}$/m,
      (_, start: string) => `${start}${100 + i}`,
    );

  test('several runs in one call: the more there are, the wider the band, and each is judged', () => {
    const judged = (count: number, text = oracle): Check[] =>
      checkLogs(
        Array.from({ length: count }, (_, i) => ({
          run: runsIn(i > 0 ? another(i) : text)[0],
          conditions: { lr: 0.001 },
        })),
        { ...REFERENCES, bands },
      ).map(({ checks }) => checks[4]);
    expect(judged(1)[0].reason).not.toMatch(/at once/);
    expect(judged(16)[0].reason).toMatch(/2\.00 times as wide, for 16 runs at once/);
    const { upper } = bands.bands[0].series['test loss'][1];
    const at = (loss: number): string =>
      oracle.replace(
        /(loss: )0\.0\d+(, Accuracy: \d+\/10000 \(\S+%\)\n\nTrain Epoch: 3)/,
        `$1${loss.toFixed(4)}$2`,
      );
    const near = at(upper * 1.1);
    expect(judged(1, near)[0].verdict).toBe('fail');
    expect(judged(16, near).map(({ verdict }) => verdict)).toEqual(Array(16).fill('pass'));
    expect(judged(16, at(upper * 5)).map(({ verdict }) => verdict)).toEqual([
      'fail',
      ...Array<string>(15).fill('pass'),
    ]);
  });

  test('the same run twice makes no room, and is a fault, under another path, too', () => {
    const of = (files: readonly string[]): LogJudgement[] =>
      checkLogs(
        files.map((file) => ({ run: runsIn(oracle, file)[0], conditions: { lr: 0.001 } })),
        { ...REFERENCES, bands },
      );
    expect(of(['a', 'b']).map(({ together, verdict }) => [together, verdict])).toEqual([
      [1, 'pass'],
      [1, 'fail'],
    ]);
    const [, second] = of(['a', 'a']);
    expect(second.checks[2].findings).toMatchObject([{ rule: 'repeated-run', line: 1 }]);
  });

  test('the learning rate that fits best alone is that of the verdict among others', () => {
    // Between the two bands, so that the wider one would take it in.
    const runs = Array.from({ length: 5 }, (_, i) => ({ run: runsIn(another(i))[0] }));
    for (const { checks } of checkLogs(runs, { ...REFERENCES, bands }))
      expect(checks[4].reason).toMatch(/^lr 0.001: band of 39 runs/);
  });

  test('a number of too few decimals for its band is not judged', () => {
    const coarse = oracle.replace(/(Train Epoch: [2-5].*Loss: ).*$/gm, '$10');
    expect(bandCheck(coarse, 0.001)).toMatchObject({ verdict: 'inconclusive', findings: [] });
    expect(bandCheck(coarse, 0.001).reason).toMatch(/\d+ numbers are printed with too few decimals/);
  });

  test('a condition that is given against a heading is a finding', () => {
    const rules = (text: string): string[] => found(text, { lr: 0.001, bands }).map(([rule]) => rule);
    expect(rules(`## LR = 0.01\n${oracle}`)).toEqual(['conditions']);
    expect(rules(`## LR = 0.001\n${oracle}`)).toEqual([]);
  });

  test('training losses that the log lacks, or that the band does not have, are not green', () => {
    const half = oracle.split('\n').filter((line) => !/\[(6400|19200|32000|44800|57600)\//.test(line));
    expect(bandCheck(half.join('\n'), 0.001)).toMatchObject({ verdict: 'inconclusive', findings: [] });
    expect(bandCheck(half.join('\n'), 0.001).reason).toMatch(/lacks 25 of the 50 numbers of loss/);
    const more = oracle.replace(/^(Train Epoch: 2 )\[0\/60000 \(0%\)\](.*)$/m, '$&\n$1[3200/60000 (5%)]$2');
    expect(bandCheck(more, 0.001).reason).toMatch(/1 of 51 numbers of loss has no place in the band/);
    expect(judge(more, { lr: 0.001, bands })[0]).not.toHaveProperty('pValue');
    expect(judge(oracle, { lr: 0.001, bands })[0].pValue).toBeGreaterThan(0.025);
  });
});

describe('forgeries', () => {
  const bands = parseBands(
    readFileSync(join(ROOT, 'golden/lr-experiment/bands/mnist.json'), 'utf8'),
    'mnist.json',
  );
  const collapsed = read('torch/seeds/lr0.01_seed101.log');
  const rules = (text: string, lr: number): string[] => [
    ...new Set(found(text, { lr, bands }).map(([rule]) => rule)),
  ];
  const lastTest = (text: string, line: string): string =>
    text.replace(/Test set: .*(?![^]*Test set: )/, line);
  const allTests = (text: string, line: string): string => text.replace(/Test set: .*/g, line);
  const GUESS = 'Test set: Average loss: 2.3012, Accuracy: 1135/10000 (11.35%)';

  test('two epochs that are equal, digit for digit', () => {
    const epoch = (n: number): string[] => oracle.split('\n').slice(13 * (n - 1), 13 * n);
    const again = epoch(2).map((line) => line.replace('Epoch: 2', 'Epoch: 3'));
    const text = [...epoch(1), ...epoch(2), ...again, ...epoch(4), ...epoch(5), ''].join('\n');
    expect(found(text, ALONE)).toEqual([['repeated-epoch', 27]]);
    // A model without any loss left prints zeros, again and again.
    expect(found(text.replace(/Loss: \S+$/gm, 'Loss: 0.000000'), ALONE)).toEqual([]);
  });

  test('a run that learned, and whose last test, or each of them, is at chance', () => {
    const learned = read('torch/seeds/lr0.01_seed102.log');
    expect(rules(learned, 0.01)).toEqual([]);
    expect(rules(lastTest(learned, GUESS), 0.01)).toEqual(['band']);
    expect(rules(allTests(learned, GUESS), 0.01)).toEqual(['collapse']);
  });

  test('a run that never learned, and has right what no class has', () => {
    expect(rules(collapsed, 0.01)).toEqual([]);
    expect(rules(allTests(collapsed, GUESS), 0.01)).toEqual([]);
    expect(
      rules(allTests(collapsed, GUESS.replace('1135', '1200').replace('11.35', '12.00')), 0.01),
    ).toContain('band');
  });

  test('a run says each thing once', () => {
    const twice = (line: string, other: string): string[] => rules(`${line}\n${other}\n${oracle}`, 0.001);
    expect(twice('Loading MNIST dataset...', 'Loading MNIST dataset...')).toEqual([]);
    expect(twice('Loading CIFAR10 dataset...', 'Loading MNIST dataset...')).toEqual(['format']);
    expect(rules(`${oracle}Final Test Accuracy: 12.34%\nFinal Test Accuracy: 98.99%\n`, 0.001)).toContain(
      'format',
    );
  });

  test('a model is read behind timestamps, and without its title', () => {
    const text = read('reported/lr-experiment.txt');
    const start = text.indexOf('Using device');
    const reported = text.slice(start, text.indexOf('Final Test Accuracy', start));
    const stamped = reported.replace(/^(?=.)/gm, '[2024-01-01 12:00:00] INFO ');
    const modules = (log: string): number => runsIn(log)[0].stated.modules?.length ?? 0;
    expect([reported, stamped, reported.replace('Model architecture:', '')].map(modules)).toEqual([7, 7, 7]);
  });

  test('without a line of a run, only the format is judged', () => {
    const [{ checks }] = judge('Train Epoch: garbage', { bands });
    expect(checks.map(({ verdict }) => verdict)).toEqual(['fail', ...Array<string>(4).fill('no-reference')]);
  });

  test('the log of another data set, of other sizes, of another model', () => {
    const text = read('reported/lr-experiment.txt');
    const start = text.indexOf('Using device');
    const reported = text.slice(start, text.indexOf('Final Test Accuracy', start));
    const of = (changed: string): string[] => {
      expect(changed).not.toBe(reported);
      const [judgement] = judge(changed, { lr: 0.0001, bands });
      expect(judgement.checks[4].verdict).toBe('no-reference');
      return judgement.checks.flatMap(({ findings }) => findings.map(({ rule }) => rule));
    };
    expect(judge(reported, { lr: 0.0001, bands })[0].verdict).toBe('pass');
    expect(of(reported.replace('Loading MNIST', 'Loading FashionMNIST'))).toEqual(['data-set']);
    expect(of(reported.replaceAll('/10000', '/20000'))).toContain('test-size');
    expect(of(reported.replace('Conv2d(1, 32,', 'Conv2d(1, 96,'))).toEqual(['architecture']);
    expect(of(reported.replace('out_features=10,', 'out_features=100,'))).toEqual(['architecture']);
    expect(of(reported.replace(/^ +\(dropout.*\n/im, ''))).toEqual(['architecture']);
    const renamed = reported.replace('DigitClassifier(', 'Net(');
    expect(judge(renamed, { lr: 0.0001, bands })[0].verdict).toBe('pass');
  });
});
