import { gateLines, gateTable } from '../../src/report/text/gate';
import { makeBands, type Bands } from '../../src/judge/bands';
import { judgeAtGate, type GateJudgement, type Strictness } from '../../src/judge/gate';
import type { Rounding } from '../../src/judge/stored/rounding';
import { accuracyOf, type RunRecord } from '../../src/run/record';
import { runOfRecord } from '../../src/run/recordedRun';
import { sampleRecord } from '../run/sampleRecord';
import { lossesAround } from './losses';
import { EXPERIMENT as experiment, GUESS, runOf, STUDY } from './ourStudy';

const golden = sampleRecord(experiment);
const logged = runOfRecord(golden, experiment.training).series.loss.map(({ value }) => value);
const bands: Bands = makeBands(
  Array.from({ length: 19 }, (_, seed) =>
    runOf({
      ...{ lr: golden.lr, seed, loggedLosses: lossesAround(logged, seed) },
      epochs: golden.epochs.map((epoch, i) => ({
        testLoss: epoch.testLoss + 0.01 * Math.sin(seed + i / 9),
        accuracy: accuracyOf(epoch) + Math.cos(seed + i / 9),
      })),
    }),
  ),
  { experiment: golden.spec, data: golden.data },
  STUDY,
  GUESS,
);

const references = { study: STUDY, experiment, bands, rounding: undefined };
const otherBits: RunRecord = { ...golden, losses: golden.losses.with(2, golden.losses[2] * (1 + 1e-6)) };
const rounding: Rounding = {
  experiment: golden.spec,
  pairs: [{ of: 'two runs', count: 20 }],
  greatest: [1e-7, 1e-5, ...new Array<number>(8).fill(1e-3)],
  settings: [
    { conditions: { lr: golden.lr }, pairs: 10, inside: 9, most: new Array<number>(10).fill(1.5e-6) },
  ],
};
const leap: RunRecord = { ...golden, losses: golden.losses.with(4, golden.losses[4] * (1 + 1e-4)) };
const earlyLeap: RunRecord = { ...golden, losses: leap.losses.with(1, golden.losses[1] * (1 + 1e-4)) };
const otherStart: RunRecord = { ...golden, losses: golden.losses.with(9, golden.losses[9] * (1 + 2e-3)) };
const otherResults: RunRecord = {
  ...otherBits,
  epochs: golden.epochs.with(3, { ...golden.epochs[3], correctCount: 7000 }),
};
const judge = (record: RunRecord, strictness: Strictness, given?: Bands): GateJudgement =>
  judgeAtGate(record, golden, { ...references, bands: given, rounding }, strictness);

test.each<[string, RunRecord, Bands | undefined, [bits: string, bands: string], string]>([
  ['the same bits', golden, bands, ['pass', 'pass'], 'the same bits; the results lie in the bands'],
  [
    'the same bits, no bands',
    golden,
    undefined,
    ['pass', 'pass'],
    'the same bits; there are no bands to compare the results with',
  ],
  [
    'other bits',
    otherBits,
    bands,
    ['fail', 'pass'],
    'the arithmetic changed; the results still lie in the bands',
  ],
  [
    'other bits, no bands',
    otherBits,
    undefined,
    ['fail', 'no-reference'],
    'the arithmetic changed; there are no bands to compare the results with',
  ],
  [
    'other first steps',
    otherStart,
    bands,
    ['fail', 'fail'],
    'more than the arithmetic changed: the loss of step 9 is 0.23046000, not 0.23000000, 2.0e-3 of it apart, where rounding was never ' +
      'seen to leave more than 1.0e-3; the results still lie in the bands',
  ],
  [
    'a leap, as rounding makes at some seeds',
    leap,
    bands,
    ['fail', 'inconclusive'],
    'the loss of step 4 is 0.46004601, not 0.46000001, 1.0e-4 of it apart, where rounding usually leaves 1.5e-6 at most: a leap of ' +
      'rounding, or a small change of more than the arithmetic; the results still lie in the bands',
  ],
  [
    'a leap before rounding leaps',
    earlyLeap,
    bands,
    ['fail', 'fail'],
    'more than the arithmetic changed: the loss of step 1 is 1.1501150, not 1.1500000, 1.0e-4 of it apart, where rounding was never ' +
      'seen to leave more than 1.0e-5; the results still lie in the bands',
  ],
  [
    'other results',
    otherResults,
    bands,
    ['fail', 'fail'],
    'the arithmetic changed; the results do not lie in the bands',
  ],
])('%s', (_, record, given, verdicts, reason) => {
  expect((['bits', 'bands'] as const).map((strictness) => judge(record, strictness, given).verdict)).toEqual(
    verdicts,
  );
  expect(judge(record, 'bits', given).reason).toBe(reason);
});

test('bands of other data, and a learning rate without golden and band, are no reference', () => {
  const ofOthers = { ...bands, data: { name: 'mnist', sha256: 'f'.repeat(64) } };
  expect(judge(otherBits, 'bands', ofOthers)).toMatchObject({
    verdict: 'no-reference',
    inBands: { noReference: 'the bands are those of another data set' },
  });
  expect(
    judgeAtGate({ ...golden, lr: 0.00015 }, undefined, { ...references, rounding }, 'bits'),
  ).toMatchObject({
    verdict: 'no-reference',
    inBands: { noReference: 'there is no band for lr 0.00015' },
  });
  expect(judge({ ...golden, lr: 0.00015 }, 'bits', bands)).toMatchObject({
    verdict: 'fail',
    reason: expect.stringMatching(/not runs of one experiment: another setting/) as string,
  });
});

test('first steps that nothing was measured for are no reference', () => {
  const byBands = (record: RunRecord, approved: RunRecord, given?: Rounding): GateJudgement =>
    judgeAtGate(record, approved, { ...references, rounding: given }, 'bands');
  expect(byBands(otherBits, golden)).toMatchObject({
    verdict: 'no-reference',
    reason: expect.stringMatching(
      /^the bits differ, and how far rounding goes .* was not measured; /,
    ) as string,
  });
  const other = { ...rounding, settings: [{ ...rounding.settings[0], conditions: { lr: 0.5 } }] };
  expect(byBands(otherBits, golden, other).verdict).toBe('no-reference');
  expect(byBands(golden, golden).verdict).toBe('pass');
});

test('an approved run that is outside of the bands is not approved by its bits', () => {
  expect(judgeAtGate(otherResults, otherResults, { ...references, rounding }, 'bits')).toMatchObject({
    verdict: 'fail',
    reason: 'the same bits; the results do not lie in the bands',
  });
});

test('in words: the first divergence, and what is outside', () => {
  const text = gateLines(judge(otherResults, 'bits', bands)).join('\n');
  expect(text).toMatch(
    /^fail: mnist, lr 0.0001: the arithmetic changed; the results do not lie in the bands\n/,
  );
  expect(text).toMatch(/first divergence: step 3: loss/);
  expect(text).toMatch(/epoch 4: accuracy 70.00 is outside of \d\d\.\d\d … \d\d\.\d\d$/);
});

test('as a table: measured, band, where in it', () => {
  const rows = gateTable([judge(golden, 'bits', bands), judge(golden, 'bits')], STUDY.metrics).split('\n');
  expect(rows).toHaveLength(12);
  expect(rows[2]).toMatch(
    /^0.0001 +1 +0.1235 +0\.\d{4} … 0\.\d{4} +[+-]0\.\d\d +90.00 +.* … .* +[+-]0\.\d\d +pass$/,
  );
  expect(rows[7]).toMatch(/^0.0001 +1 +0.1235 +– +– +90.00 +– +– +pass$/);
});
