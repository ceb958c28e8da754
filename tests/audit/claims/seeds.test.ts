import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditReport, type Audit, type ClaimPart } from '../../../src/audit';
import { loadClaims } from '../../../src/audit/claims/load';
import { parseEnsemble } from '../../../src/run/ensemble';
import { runsOfEnsemble } from '../../../src/run/recordedRun';
import { EXPERIMENT, STUDY } from '../../judge/ourStudy';
import { RULES } from '../judgedDocument';

/**
 * What is counted is what is said: each proposition is counted again, over the ensemble's file as it is, by loops that share no code with
 * `src/`.
 */

const ROOT = join(__dirname, '../../..');
const RUNS = join(ROOT, 'golden/lr-experiment/ensembles/mnist/runs.jsonl');
const REPORT = join(ROOT, 'fixtures/reported/lr-experiment.txt');
const LRS = [0.0001, 0.001, 0.01];

interface Run {
  readonly lr: number;
  readonly seed: number;
  readonly epochs: readonly { readonly testLoss: number; readonly correctCount: number }[];
  readonly loggedLosses: readonly number[];
}
/** Of each learning rate, in their order. */
type Three = readonly [Run, Run, Run];

const text = readFileSync(RUNS, 'utf8');
const all = text
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => JSON.parse(line) as Run);
const seeds = [...new Set(all.map(({ seed }) => seed))]
  .map((seed) => LRS.map((lr) => all.find((run) => run.seed === seed && run.lr === lr)))
  .filter((runs): runs is Run[] => runs.every((run) => run !== undefined)) as unknown as Three[];

let audit: Audit;
beforeAll(async () => {
  const path = join(ROOT, 'spec/lr-experiment/claims.json');
  audit = auditReport(
    { path: REPORT, bytes: readFileSync(REPORT) },
    {
      study: STUDY,
      experiment: EXPERIMENT,
      rules: RULES,
      claims: { ...(await loadClaims(path, STUDY, RULES)), path },
      ours: runsOfEnsemble(parseEnsemble(text, RUNS), EXPERIMENT.training),
      command: '',
    },
  );
});

function partOf(id: string, proposition: string): ClaimPart | undefined {
  const claim = audit.claims.judged.find((claim) => claim.id === id);
  return claim?.parts.find((part) => part.proposition === proposition);
}

const correct = (run: Run, epoch: number): number => run.epochs[epoch - 1].correctCount;
const loss = (run: Run, epoch: number): number => run.epochs[epoch - 1].testLoss;

/** Of ten logged losses in each epoch. */
function deviation({ loggedLosses }: Run, epoch: number): number {
  let [sum, squares] = [0, 0];
  for (let i = 10 * (epoch - 1); i < 10 * epoch; i++) {
    sum += loggedLosses[i];
    squares += loggedLosses[i] ** 2;
  }
  return Math.sqrt((squares - sum ** 2 / 10) / 9);
}

test.each<[string, string, mayCollapse: boolean, (runs: Three) => boolean]>([
  ['0.01-day-2', 'the accuracy falls in epoch 2', true, ([, , c]) => correct(c, 2) < correct(c, 1)],
  ['0.01-day-5', 'the accuracy falls in epoch 5', true, ([, , c]) => correct(c, 5) < correct(c, 4)],
  [
    '0.01-day-5',
    'the accuracy falls in 2 epochs at least',
    true,
    ([, , c]) => [2, 3, 4, 5].filter((epoch) => correct(c, epoch) < correct(c, epoch - 1)).length > 1,
  ],
  [
    '0.0001-slow-progress',
    'no other run has a smaller accuracy of epoch 1',
    true,
    ([a, b, c]) => correct(b, 1) >= correct(a, 1) && correct(c, 1) >= correct(a, 1),
  ],
  [
    '0.0001-more-time',
    'no epoch has a better test loss than the last',
    false,
    ([a]) => [1, 2, 3, 4].every((epoch) => loss(a, epoch) >= loss(a, 5)),
  ],
  [
    '0.01-loss-goes-up',
    'the test loss rises from the first epoch to the last',
    true,
    ([, , c]) => loss(c, 5) > loss(c, 1),
  ],
  [
    '0.01-high-variance',
    'no other run has a greater standard deviation of losses of epoch 5',
    true,
    ([a, b, c]) => deviation(a, 5) <= deviation(c, 5) && deviation(b, 5) <= deviation(c, 5),
  ],
  [
    '0.001-low-loss',
    'no other run has a greater final accuracy',
    true,
    ([a, b, c]) => correct(a, 5) <= correct(b, 5) && correct(c, 5) <= correct(b, 5),
  ],
])('%s: “%s” is counted', (id, proposition, mayCollapse, holds) => {
  const counted = partOf(id, proposition)?.seeds;
  expect(counted).toMatchObject({ holds: seeds.filter(holds).length, of: seeds.length });
  // Of what it is about: a run of another learning rate that collapsed has no part in it.
  const collapsed = seeds.filter((runs) => mayCollapse && runs.some((run) => correct(run, 5) < 2000));
  expect(counted?.collapsed).toEqual({ holds: collapsed.filter(holds).length, of: collapsed.length });
});

test('what is the smallest of the runs is counted against each other run alone, too', () => {
  const rivals = partOf('0.0001-slow-progress', 'no other run has a smaller accuracy of epoch 1')?.rivals;
  expect(rivals?.map(({ conditions: { lr }, seeds }) => [lr, seeds.holds])).toEqual([
    [0.001, seeds.filter(([a, b]) => correct(b, 1) >= correct(a, 1)).length],
    [0.01, seeds.filter(([a, , c]) => correct(c, 1) >= correct(a, 1)).length],
  ]);
});
