import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fc, test as property } from '@fast-check/jest';
import { makeBands, type Bands } from '../../src/judge/bands';
import { compareRecords, compareRuns, type Comparison, type Side } from '../../src/judge/compare';
import { widened } from '../../src/judge/placement';
import { renderLog } from '../../src/logs/pytorchExample/render';
import { accuracyOf, parseRunRecord, serializeRunRecord, type RunRecord } from '../../src/run/record';
import { runOfRecord } from '../../src/run/recordedRun';
import { sampleRecord } from '../run/sampleRecord';
import { refusal } from '../refusal';
import { lossesAround } from './losses';
import { EXPERIMENT as experiment, GUESS, runOf, runsIn, STUDY, withValue } from './ourStudy';

const record = sampleRecord(experiment);
const steps = record.losses.length;

const changed = (changes: Partial<RunRecord>): RunRecord => ({ ...record, ...changes });
const withLoss = (step: number, loss: number): RunRecord =>
  changed({ losses: record.losses.with(step - 1, loss) });
const withEpoch = (epoch: number, changes: Partial<RunRecord['epochs'][number]>): RunRecord =>
  changed({ epochs: record.epochs.with(epoch - 1, { ...record.epochs[epoch - 1], ...changes }) });

const OTHER = 'f'.repeat(64);

const references = { study: STUDY, experiment };
const logged = runOfRecord(record, experiment.training).series.loss.map(({ value }) => value);
/** Around the sample record's own results. */
const bands = makeBands(
  Array.from({ length: 19 }, (_, seed) =>
    runOf({
      ...{ lr: record.lr, seed, loggedLosses: lossesAround(logged, seed) },
      epochs: record.epochs.map((epoch, i) => ({
        testLoss: epoch.testLoss + 0.01 * Math.sin(seed + i / 9),
        accuracy: accuracyOf(epoch) + Math.cos(seed + i / 9),
      })),
    }),
  ),
  { experiment: record.spec, data: record.data },
  STUDY,
  GUESS,
);

describe('runs of two seeds, by bands', () => {
  const other = changed({ seed: 2, initialWeightsSha256: OTHER });
  const judge = (a: RunRecord, b: RunRecord): Comparison =>
    compareRuns({ record: a }, { record: b }, { ...references, bands });

  test('both inside', () => {
    expect(judge(record, other)).toMatchObject({
      ...{ tier: 'statistical', verdict: 'pass' },
      reason: expect.stringMatching(/both lie in one band: lr 0.0001: band of 19 runs/) as string,
    });
  });

  test('one outside, and which', () => {
    const epochs = other.epochs.with(4, { ...other.epochs[4], correctCount: 5000 });
    const reason = expect.stringMatching(
      /B: epoch 5: accuracy 50.00 is outside of [\d.]+ … [\d.]+$/,
    ) as string;
    expect(judge(record, { ...other, epochs })).toMatchObject({ verdict: 'fail', reason });
  });

  test('a record by its own numbers, a log by what it prints', () => {
    const { upper } = widened(bands.bands[0], STUDY.metrics, 2).series['test loss'][4];
    // Less than the log prints.
    const testLoss = upper + 1e-9;
    const beyond = { ...other, epochs: other.epochs.with(4, { ...other.epochs[4], testLoss }) };
    const [run] = runsIn(renderLog(beyond, experiment));
    const byBands = (b: Side): Comparison => compareRuns({ record }, b, { ...references, bands });
    expect(byBands({ record: beyond })).toMatchObject({
      verdict: 'fail',
      reason: expect.stringMatching(/B: epoch 5: test loss [\d.]+ is outside of/) as string,
    });
    const ofOtherStart = withValue(run, 'loss', 0, 2.4);
    expect(byBands({ run: ofOtherStart })).toMatchObject({ tier: 'statistical', verdict: 'pass' });
  });

  test('no band for the learning rate', () => {
    expect(judge({ ...record, lr: 0.5 }, { ...other, lr: 0.5 })).toMatchObject({
      verdict: 'no-reference',
      reason: expect.stringMatching(/A cannot be judged by bands: there is no band/) as string,
    });
  });

  test('logs, which do not say their learning rate', () => {
    const [run] = runsIn(renderLog(record, experiment));
    const other = withValue(run, 'loss', 0, 2.4);
    const judged = (given?: Bands): Comparison =>
      compareRuns({ run }, { run: other }, { ...references, bands: given });
    expect(judged(bands).verdict).toBe('pass');
    expect(judged().verdict).toBe('no-reference');
  });
});

describe('two records', () => {
  test('a record is itself, read from its file again, NaN and all', () => {
    const again = parseRunRecord(serializeRunRecord(record), 'run.json');
    expect(record.losses.at(-1)).toBeNaN();
    const comparison = compareRecords(record, again);
    expect(comparison).toMatchObject({
      tier: 'bitwise',
      verdict: 'pass',
      equalEntries: 1 + steps + 5 * 3 + 2,
    });
    expect(comparison.firstDivergence).toBeUndefined();
  });

  test('engine, threads and machine are no difference', () => {
    const environment = { ...record.environment, threads: 9, cpu: 'another' };
    expect(compareRecords(record, changed({ engine: 'reference', environment })).verdict).toBe('pass');
  });

  const nextUp = (value: number): number => {
    const bits = new Uint32Array([0]);
    new Float32Array(bits.buffer)[0] = value;
    bits[0] += 1;
    return new Float32Array(bits.buffer)[0];
  };

  test('the first loss that differs by one bit is named, with its bits', () => {
    const loss = record.losses[16];
    const twice = withLoss(17, nextUp(loss));
    const other = { ...twice, losses: twice.losses.with(1000, 7) };
    const { verdict, firstDivergence, equalEntries } = compareRecords(record, other);
    expect({ verdict, equalEntries }).toEqual({ verdict: 'fail', equalEntries: 17 });
    expect(firstDivergence).toMatchObject({ place: 'step 17: loss', kind: 'value', ulps: 1, untilStep: 17 });
    expect(firstDivergence?.a?.value).toBe(String(loss));
    expect(parseInt(firstDivergence?.b?.bits ?? '') - parseInt(firstDivergence?.a?.bits ?? '')).toBe(1);
  });

  test.each<[string, RunRecord, string, number]>([
    ['initial weights', changed({ initialWeightsSha256: OTHER }), 'initial weights', 1],
    ['weights after an epoch', withEpoch(2, { weightsSha256: OTHER }), 'epoch 2: weights', 1876],
    [
      'a test loss, by its last bit',
      withEpoch(1, { testLoss: 0.1234567 + 2 ** -56 }),
      'epoch 1: test loss',
      938,
    ],
    [
      'one image',
      withEpoch(3, { correctCount: record.epochs[2].correctCount + 1 }),
      'epoch 3: correct count',
      2814,
    ],
    ['final weights', changed({ finalWeightsSha256: OTHER }), 'final weights', steps],
    ['logits', changed({ logitsSha256: OTHER }), 'logits of the test set', steps],
    ['a number for a NaN', withLoss(steps, 0), `step ${steps}: loss`, steps],
    ['a NaN for a number', withLoss(5, NaN), 'step 5: loss', 5],
    ['-0 for 0', withLoss(5, -0), 'step 5: loss', 5],
  ])('%s', (_, other, place, untilStep) => {
    const base = place === 'step 5: loss' && other.losses[4] === 0 ? withLoss(5, 0) : record;
    for (const [a, b] of [
      [base, other],
      [other, base],
    ]) {
      expect(compareRecords(a, b)).toMatchObject({
        tier: 'bitwise',
        verdict: 'fail',
        firstDivergence: { place, kind: 'value', untilStep },
      });
    }
  });

  test('an epoch is compared before the losses that follow it', () => {
    const other = withEpoch(1, { weightsSha256: OTHER });
    const both = { ...other, losses: other.losses.with(938, 9) };
    expect(compareRecords(record, both).firstDivergence?.place).toBe('epoch 1: weights');
    const before = { ...other, losses: other.losses.with(937, 9) };
    expect(compareRecords(record, before).firstDivergence?.place).toBe('step 938: loss');
  });

  test('missing, extra and reordered entries', () => {
    const short = changed({
      losses: record.losses.slice(0, 20),
      epochs: [],
      plan: { epochs: 5, untilStep: 20 },
    });
    const swapped = changed({ epochs: [record.epochs[1], record.epochs[0], ...record.epochs.slice(2)] });
    const without = changed({ epochs: record.epochs.slice(1) });
    const first = (a: RunRecord, b: RunRecord): unknown => compareRecords(a, b).firstDivergence;
    expect(first(record, short)).toMatchObject({ place: 'step 21: loss', kind: 'missing in B' });
    expect(first(short, record)).toMatchObject({ place: 'step 21: loss', kind: 'missing in A' });
    expect(first(record, swapped)).toMatchObject({ place: 'epoch 1: weights', kind: 'reordered' });
    expect(first(record, without)).toMatchObject({ place: 'epoch 1: weights', kind: 'missing in B' });
    expect(compareRecords(record, short).verdict).toBe('fail');
  });

  test.each<[string, Partial<RunRecord>]>([
    ['experiment', { spec: { ...record.spec, sha256: OTHER } }],
    ['data set', { data: { ...record.data, sha256: OTHER } }],
    ['setting', { lr: 0.5 }],
  ])('another %s: no tier applies', (place, changes) => {
    const comparison = compareRecords(record, changed(changes));
    expect(comparison).toMatchObject({ verdict: 'fail', firstDivergence: { place } });
    expect(comparison.tier).toBeUndefined();
  });

  test('another seed: statistical, and nothing to judge by yet', () => {
    const comparison = compareRecords(record, changed({ seed: 2, initialWeightsSha256: OTHER }));
    expect(comparison).toMatchObject({ tier: 'statistical', verdict: 'no-reference' });
    expect(comparison.firstDivergence?.place).toBe('initial weights');
  });

  test('another stream of random numbers: as another seed', () => {
    const comparison = compareRecords(record, { ...withLoss(1, 2), rng: 'pytorch-mt19937-mkl' });
    expect(comparison).toMatchObject({ tier: 'statistical', verdict: 'no-reference' });
    expect(comparison.reason).toContain('another stream of random numbers');
  });

  test('an engine that promises no bits is judged by a tolerance, and its weights are not', () => {
    const near = { ...withLoss(3, Math.fround(record.losses[2] * 1.001)), finalWeightsSha256: OTHER };
    const other: RunRecord = { ...near, tier: 'within tolerance', engine: 'tfjs' };
    const judge = (loss: number): Comparison =>
      compareRecords(record, other, { relative: loss, points: 0.01 });
    expect(compareRecords(record, other)).toMatchObject({
      tier: 'within tolerance',
      verdict: 'inconclusive',
    });
    expect(judge(0.0005)).toMatchObject({ verdict: 'fail', firstDivergence: { place: 'step 3: loss' } });
    expect(judge(0.002)).toMatchObject({ tier: 'within tolerance', verdict: 'pass' });
    expect(judge(0.002).mostUsed?.share).toBeCloseTo(0.5, 2);
    expect(judge(0.002).mostUsed?.place).toBe('step 3: loss');
    expect(
      compareRecords(record, { ...other, initialWeightsSha256: OTHER }, { relative: 1, points: 1 }),
    ).toMatchObject({
      verdict: 'fail',
      firstDivergence: { place: 'initial weights' },
    });
  });

  test('a tolerance is relative to the greater of two losses', () => {
    const [a, b] = [withLoss(3, 1), withLoss(3, 2)];
    for (const [loss, verdict] of [
      [0.51, 'pass'],
      [0.49, 'fail'],
    ] as const) {
      expect(compareRecords(a, b, { relative: loss, points: 0.01 }).verdict).toBe(verdict);
      expect(compareRecords(b, a, { relative: loss, points: 0.01 }).verdict).toBe(verdict);
    }
  });

  test('no tolerance lets a NaN pass for a number', () => {
    const tolerance = { relative: 1e9, points: 100 };
    expect(compareRecords(record, withLoss(4, NaN), tolerance).verdict).toBe('fail');
    expect(compareRecords(withLoss(4, NaN), record, tolerance).verdict).toBe('fail');
    expect(compareRecords(withLoss(4, Infinity), record, tolerance).verdict).toBe('fail');
    expect(compareRecords(record, record, tolerance).verdict).toBe('pass');
  });

  test('a tolerance for losses alone leaves nothing to accuracies', () => {
    const [{ correctCount }] = record.epochs;
    const otherAccuracy = {
      ...record,
      epochs: record.epochs.with(0, { ...record.epochs[0], correctCount: correctCount + 1 }),
    };
    const compare = (other: RunRecord): Comparison =>
      compareRuns({ record }, { record: other }, references, { relative: 1e-3 });
    expect(compare(withLoss(4, record.losses[3] * (1 + 1e-4)))).toMatchObject({
      verdict: 'pass',
      reason: expect.stringContaining('shares by nothing, as given') as string,
    });
    expect(compare(otherAccuracy).verdict).toBe('fail');
  });

  test('a tolerance finer than one image is refused', () => {
    const judge = (points: number): unknown =>
      refusal(() => compareRuns({ record }, { record }, references, { relative: 1, points }))?.code;
    expect([0.01, 0.0099, 0].map(judge)).toEqual([undefined, 'tolerance-too-fine', 'tolerance-too-fine']);
  });

  property.prop([fc.nat(steps - 2), fc.float()])(
    'any other loss anywhere is found where it is',
    (index, loss) => {
      fc.pre(!Object.is(loss, record.losses[index]));
      expect(compareRecords(record, withLoss(index + 1, loss)).firstDivergence?.place).toBe(
        `step ${index + 1}: loss`,
      );
    },
  );
});

/** A place where logs have a loss. */
const LOGGED = 'epoch 1, 6400 samples seen: loss';

describe('logs', () => {
  const text = renderLog(record, experiment);
  const log = (edited: string): Side => ({ run: runsIn(edited)[0] });
  const compare = (a: Side, b: Side): Comparison => compareRuns(a, b, references);

  test('a record and its own log agree, in any terminal’s clothes', () => {
    const dressed = `\ufeff${text.replaceAll('\n', '\r\n').replaceAll('\t', '     ')}`;
    expect(compare({ record }, log(dressed))).toMatchObject({ tier: 'as printed', verdict: 'pass' });
    expect(compare(log(text), log(dressed)).equalEntries).toBe(50 + 5 * 2 + 1);
  });

  test.each<[string, (text: string) => string, string]>([
    ['data set', (t) => t.replace('Loading MNIST', 'Loading synthetic'), 'synthetic'],
    ['number of training images', (t) => t.replaceAll('/60000 ', '/50000 '), '50000'],
    ['number of test images', (t) => t.replaceAll('/10000 ', '/9000 '), '9000'],
  ])('that say another %s are not of one experiment', (place, edit, got) => {
    expect(edit(text)).not.toBe(text);
    for (const a of [{ record }, log(text)]) {
      const comparison = compare(a, log(edit(text)));
      expect(comparison).toMatchObject({ verdict: 'fail', firstDivergence: { place, b: { value: got } } });
      expect(comparison.tier).toBeUndefined();
    }
  });

  test('that print another architecture are not of one experiment', () => {
    const wide = text.replace('Conv2d(32, 64', 'Conv2d(32, 96');
    expect(wide).not.toBe(text);
    expect(compare({ record }, log(wide))).toMatchObject({
      ...{ verdict: 'fail', reason: 'not runs of one experiment: another architecture' },
      firstDivergence: { a: { value: expect.stringContaining('Conv2d(32, 64') as string } },
    });
    const dressed = text.replaceAll('\n', '\r\n');
    expect(compare({ record }, log(dressed)).verdict).toBe('pass');
  });

  test('what one of them does not say is not compared', () => {
    const without = text.slice(text.indexOf('Train Epoch'));
    for (const a of [{ record }, log(text)]) expect(compare(a, log(without)).verdict).toBe('pass');
    expect(compare({ record }, log(text.replace('MNIST', 'mnist'))).verdict).toBe('pass');
  });

  test('one printed digit is named, with both lines and the step', () => {
    const edited = text.replace(/^(Train Epoch: 2 \[6400.*Loss: .*)\d$/m, (_, start: string) => `${start}9`);
    expect(edited).not.toBe(text);
    const { verdict, firstDivergence } = compare({ record }, log(edited));
    expect(verdict).toBe('fail');
    expect(firstDivergence).toMatchObject({
      place: 'epoch 2, 6400 samples seen: loss',
      kind: 'value',
      untilStep: 938 + 101,
      b: { line: 30 },
    });
    expect(edited.split('\n')[29]).toContain(`Loss: ${firstDivergence?.b?.value}`);
    expect(compare(log(text), log(edited)).firstDivergence?.untilStep).toBeUndefined();
  });

  test.each<[string, (text: string) => string, string]>([
    ['a correct count', (t) => t.replace('9001/10000', '9002/10000'), 'epoch 2: accuracy'],
    ['an accuracy alone', (t) => t.replace('(90.01%)', '(90.02%)'), 'epoch 2: accuracy'],
    ['a final accuracy', (t) => t.replace(/90\.04%\n$/, '90.05%\n'), 'final accuracy'],
    ['a test loss', (t) => t.replace('loss: 0.1235', 'loss: 0.1236'), 'epoch 1: test loss'],
    ['nan', (t) => t.replace('loss: 0.1235', 'loss: nan'), 'epoch 1: test loss'],
  ])('%s', (_, edit, place) => {
    expect(edit(text)).not.toBe(text);
    expect(compare(log(text), log(edit(text)))).toMatchObject({
      verdict: 'fail',
      firstDivergence: { place, kind: 'value' },
    });
  });

  test('a missing and a doubled line', () => {
    const line = /^Train Epoch: 1 \[6400.*\n/m;
    const place = LOGGED;
    const without = log(text.replace(line, ''));
    expect(compare(log(text), without).firstDivergence).toMatchObject({ place, kind: 'missing in B' });
    expect(compare(without, log(text)).firstDivergence).toMatchObject({ place, kind: 'missing in A' });
    expect(compare(log(text), log(text.replace(line, '$&$&'))).verdict).toBe('fail');
  });

  test('a log that ends early', () => {
    const cut = log(text.slice(0, text.indexOf('Model saved')));
    expect(compare(log(text), cut).firstDivergence).toMatchObject({
      place: 'final accuracy',
      kind: 'missing in B',
    });
    expect(compare(cut, log(text)).firstDivergence).toMatchObject({
      place: 'final accuracy',
      kind: 'missing in A',
    });
  });

  test('other decimals are other roundings of the same number', () => {
    const coarse = log(text.replace(/(?<=Loss: )\d+\.\d{6}$/gm, (loss) => Number(loss).toFixed(2)));
    expect(compare(log(text), coarse).verdict).toBe('pass');
    expect(text).toContain('0.022772');
    const other = log(text.replace('0.022772', '0.027772'));
    expect(compare(other, coarse).firstDivergence?.place).toBe(LOGGED);
    const percents = log(text.replace(/(\d+)\.\d\d%\)$/gm, '$1%)'));
    expect(compare(log(text), percents).verdict).toBe('pass');
    expect(compare(log(text.replace('(90.01%)', '(90.51%)')), percents).firstDivergence).toMatchObject({
      ...{ place: 'epoch 2: accuracy', a: { value: '9001/10000 (90.51)' }, b: { value: '9001/10000 (90)' } },
    });
  });

  test('a record is held against what a log says at the end, too', () => {
    const other = text.replace(/90\.04%\n$/, '90.05%\n');
    expect(compare({ record }, log(other))).toMatchObject({
      ...{ verdict: 'fail', firstDivergence: { place: 'final accuracy', b: { value: '90.05' } } },
    });
    expect(compare({ record }, log(text.slice(0, text.indexOf('Model saved')))).verdict).toBe('pass');
  });

  test('PyTorch’s runs of two seeds are statistical', () => {
    const oracle = (name: string): Side =>
      log(readFileSync(join(__dirname, `../../fixtures/torch/oracle/${name}.log`), 'utf8'));
    const comparison = compare(oracle('lr0.001_seed1'), oracle('lr0.001_seed2'));
    expect(comparison).toMatchObject({ tier: 'statistical', verdict: 'no-reference', equalEntries: 0 });
  });

  test('so are those of two seeds whose first losses happen to be near: 2.305810 and 2.305709', () => {
    const ofSeed = (seed: number): Side =>
      log(readFileSync(join(__dirname, `../../fixtures/torch/seeds/lr0.01_seed${seed}.log`), 'utf8'));
    expect(compare(ofSeed(126), ofSeed(137))).toMatchObject({ tier: 'statistical' });
  });

  test('a record of another experiment is refused', () => {
    const other = changed({ spec: { name: 'other', sha256: OTHER } });
    expect(refusal(() => compare({ record: other }, log(text)))?.code).toBe('record-invalid');
  });
});
