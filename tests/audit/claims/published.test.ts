import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeClaims } from '../../../src/audit/claims';
import type { ClaimsFile } from '../../../src/audit/claims/claim';
import { loadClaims } from '../../../src/audit/claims/load';
import { publishedValues } from '../../../src/audit/claims/published';
import type { DocumentLine } from '../../../src/audit/types';
import { loadExperiment } from '../../../src/experiment/load';
import type { RunRecord } from '../../../src/run/record';
import { publishedText } from '../../../src/report/text/published';
import { STUDY } from '../../judge/ourStudy';
import { sampleRecord } from '../../run/sampleRecord';

const FOLDER = join(__dirname, '../../../spec/repdl-lenet');
const INITIAL = '2a2d133895b1684e55d0f152ead2914b55adc551d9790a4b4585309b79c60362';
const TRAINED = '31ee86a7f75dbd76bac22f209617eb7349f93b0ede116dba924f328cac3013f1';
const LOGITS = '0ca34dcd37105b4af690c46a62407b4b9b097d1063864c6d99f4309aeb4bca3e';

let claims: ClaimsFile;
/** A run that comes to all that is published. */
let record: RunRecord;
beforeAll(async () => {
  claims = await loadClaims(join(FOLDER, 'claims.json'), STUDY);
  const sample = sampleRecord(await loadExperiment(join(FOLDER, 'experiment.json')));
  record = {
    ...sample,
    initialWeightsSha256: INITIAL,
    epochs: sample.epochs.map((epoch) => ({ ...epoch, correctCount: 9804 })),
    finalWeightsSha256: TRAINED,
    logitsSha256: LOGITS,
  };
});

test('what is published of RepDL is judged, to the last digit', () => {
  const values = publishedValues(claims, record);
  expect(values.map(({ what, published }) => [what, published])).toEqual([
    ['initial weights', INITIAL],
    ['trained weights', TRAINED],
    ['accuracy', '0.9804'],
    ['test logits', LOGITS],
  ]);
  expect(values.every(({ isAsPublished }) => isAsPublished)).toBe(true);
  expect(publishedText({ conditions: { lr: 0.01 }, seed: 0, values })).toBe(`
## Published and computed, lr 0.01, seed 0

initial weights  ${INITIAL}  as published
trained weights  ${TRAINED}  as published
accuracy         0.9804  as published
test logits      ${LOGITS}  as published
`);
});

test('a value that is another is named beside the published one, with where the run parts', () => {
  const values = publishedValues(claims, { ...record, finalWeightsSha256: LOGITS });
  expect(values.filter(({ isAsPublished }) => !isAsPublished).map(({ what }) => what)).toEqual([
    'trained weights',
  ]);
  const tensors = { equal: 24, first: { name: 'conv1.weight.exp_avg', shape: [6, 1, 5, 5] } };
  const text = publishedText({
    conditions: { lr: 0.01 },
    seed: 0,
    values,
    parting: { of: 'RepDL', step: 2, tensors },
  });
  expect(text).toContain(
    `trained weights  ${LOGITS}  NOT as published\n                 ${TRAINED}  is published\n`,
  );
  expect(text).toContain('parts from RepDL in step 2, in conv1.weight.exp_avg [6, 1, 5, 5]\n  24 tensors');
});

test('an accuracy is one count alone: the next image is another', () => {
  const [first, last] = record.epochs;
  const values = publishedValues(claims, { ...record, epochs: [first, { ...last, correctCount: 9805 }] });
  expect(values.find(({ what }) => what === 'accuracy')).toEqual({
    ...{ what: 'accuracy', published: '0.9804', computed: '0.9805', isAsPublished: false },
  });
});

test('a run of another learning rate has nothing to do with it, and one that was stopped came to less', () => {
  expect(publishedValues(claims, { ...record, lr: 0.1 })).toEqual([]);
  const stopped = publishedValues(claims, { ...record, epochs: [], logitsSha256: undefined });
  expect(stopped.map(({ isAsPublished }) => isAsPublished)).toEqual([true, true, false, false]);
  expect(stopped[2].computed).toBeUndefined();
});

/** The sentences of the report, as an audit classifies them. */
function linesOf(text: string): DocumentLine[] {
  return text.split('\n').map((text, i) => ({
    line: i + 1,
    kind: text.startsWith('-') ? 'claim' : 'heading',
    text,
    conditions: { lr: 0.01 },
  }));
}

describe('in an audit', () => {
  const report = readFileSync(join(FOLDER, 'report.md'), 'utf8');
  const judged = (text: string, approved?: readonly RunRecord[]) => {
    const references = {
      askSeeds: () => undefined,
      longerRuns: [],
      terms: { conditions: STUDY.conditions, metrics: STUDY.metrics },
    };
    const file = { ...claims, path: 'claims.json' };
    return judgeClaims(linesOf(text), [], { ...references, file, ...(approved && { approved }) });
  };
  const verdictOf = (id: string, text: string, approved?: readonly RunRecord[]) =>
    judged(text, approved).claims.judged.find((claim) => claim.id === id)?.verdict;

  test('each sentence is held against the approved run', () => {
    const { claims, findings } = judged(report, [record]);
    expect(claims.counts).toEqual({
      holds: 4,
      partly: 0,
      contradicted: 0,
      inconclusive: 0,
      'cannot be judged': 2,
    });
    expect(claims.unclaimed).toEqual([]);
    expect(findings).toEqual([]);
  });

  test('a digest of the document that is another by a digit is contradicted, as is a run that came to another', () => {
    const other = report.replace(TRAINED, TRAINED.replace('31ee', '31ef'));
    expect(verdictOf('trained', other, [record])).toBe('contradicted');
    expect(judged(other, [record]).findings).toMatchObject([{ group: 'claims', line: 10 }]);
    expect(verdictOf('accuracy', report.replace('0.9804', '0.9904'), [record])).toBe('contradicted');
    expect(verdictOf('logits', report, [{ ...record, logitsSha256: INITIAL }])).toBe('contradicted');
  });

  test('without an approved run none is judged, and that is not green', () => {
    expect(verdictOf('trained', report)).toBe('inconclusive');
    expect(verdictOf('trained', report, [{ ...record, lr: 0.1 }])).toBe('inconclusive');
  });
});
