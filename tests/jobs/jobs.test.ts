import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { US } from '../../src/base/holder';
import { checkJob, checkResult, jobOf, type Job } from '../../src/jobs/job';
import { Journal } from '../../src/jobs/journal';
import { firstLosses } from '../../src/jobs/kinds/firstLosses';
import { probe } from '../../src/jobs/kinds/probe';
import { train, type TrainJob } from '../../src/jobs/kinds/train';
import { LocalPool } from '../../src/jobs/localPool';
import { runJobs } from '../../src/jobs/run';
import { ensembleRunOf, type EncodedEnsembleRun } from '../../src/run/ensemble';
import { documentOf } from '../../src/experiment/load';
import { RNGS } from '../../src/experiment/rng';
import { runInMemory } from '../../src/train';
import { refusal } from '../refusal';
import { tinyData, tinyExperiment } from '../train/tiny';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'assay-jobs-'))));
afterEach(() => rmSync(folder, { recursive: true }));

const probes = (count: number): Job[] => Array.from({ length: count }, (_, seed) => jobOf(probe, { seed }));
const lines = (path: string): string[] => readFileSync(path, 'utf8').trimEnd().split('\n');

test('jobs are done once each, and again never', async () => {
  const path = join(folder, 'journal');
  const pool = new LocalPool(2);
  const jobs = probes(500);
  for (const some of [jobs.slice(0, 200), [...jobs, ...jobs]]) {
    const journal = Journal.open(path);
    await runJobs(some, pool, journal);
    journal.close();
  }
  await pool.close();
  expect(lines(path)).toHaveLength(500);
  const journal = Journal.open(path);
  expect(jobs.map(({ id }) => journal.result(id))).toEqual(jobs.map(({ payload }) => payload));
  journal.close();
});

test('a cut last line is dropped, a wrong one within is not', async () => {
  const path = join(folder, 'journal');
  const journal = Journal.open(path);
  const [a, b] = probes(2);
  journal.append(a.id, 1);
  journal.close();
  appendFileSync(path, '{"id":"');
  const again = Journal.open(path);
  again.append(b.id, 2);
  expect([again.result(a.id), again.result(b.id)]).toEqual([1, 2]);
  again.close();
  expect(lines(path)).toHaveLength(2);
  writeFileSync(path, `rubbish\n${readFileSync(path, 'utf8')}`);
  expect(refusal(() => Journal.open(path))?.code).toBe('journal-invalid');
});

test('what is no journal is refused, and left as it is', () => {
  const path = join(folder, 'journal');
  writeFileSync(path, 'somebody’s notes\nand more of them');
  expect(refusal(() => Journal.open(path))?.code).toBe('journal-invalid');
  expect(readFileSync(path, 'utf8')).toBe('somebody’s notes\nand more of them');
  const endless = join(folder, 'endless');
  symlinkSync('/dev/zero', endless);
  expect(refusal(() => Journal.open(endless))).toMatchObject({
    code: 'journal-invalid',
    facts: { got: 'a device or a pipe' },
  });
});

test('a journal that distrusts many workers is read in time', () => {
  const path = join(folder, 'journal');
  const entries = Array.from({ length: 20_000 }, (_, i) => {
    const id = i.toString(16).padStart(64, '0');
    return `${JSON.stringify({ id, result: i, workers: [`w${i}`] })}\n`;
  });
  const liars = entries.slice(1).map((_, i) => `${JSON.stringify({ quarantined: `w${i}` })}\n`);
  writeFileSync(path, [...entries, ...liars].join(''));
  const journal = Journal.open(path);
  expect([...journal.results()]).toEqual([19_999]);
  journal.close();
});

test('what a journal has for a job is a result of it', async () => {
  const [job, other] = probes(2);
  for (const result of [{}, other.payload]) {
    const journal = Journal.open(join(folder, `journal-${JSON.stringify(result).length}`));
    journal.append(job.id, result);
    const pool = new LocalPool(1);
    await expect(runJobs([job], pool, journal)).rejects.toMatchObject({ code: 'job-invalid' });
    await pool.close();
    journal.close();
  }
});

test.each([
  ['no object', 'null'],
  ['no result', '{"id":"ID"}'],
  ['workers that are none', '{"id":"ID","result":1,"workers":5}'],
  ['a result too deep for any schema', `{"id":"ID","result":${'['.repeat(1e5)}${']'.repeat(1e5)}}`],
])('a line with %s is not one of a journal', (_, line) => {
  const path = join(folder, 'journal');
  writeFileSync(path, `${line.replace('ID', '0'.repeat(64))}\n`);
  const error = refusal(() => Journal.open(path));
  expect(error).toMatchObject({ code: 'journal-invalid', facts: { where: `${path}, line 1` } });
});

test('what only quarantined workers vouch for is given up, and stays so when the journal is opened again', () => {
  const path = join(folder, 'journal');
  const jobs = probes(5);
  const journal = Journal.open(path);
  for (const [i, workers] of [['liar'], ['liar', 'honest'], ['honest'], undefined, ['other']].entries())
    journal.append(jobs[i].id, i, workers);
  expect([journal.quarantine('liar'), journal.quarantine('liar')]).toEqual([1, 0]);
  journal.append(jobs[0].id, 'again', ['honest']);
  expect(journal.quarantine('other')).toBe(1);
  const seen = (opened: Journal): unknown[] =>
    jobs.map(({ id }) => (opened.has(id) ? opened.result(id) : 'none'));
  const expected = ['again', 1, 2, 3, 'none'];
  expect(seen(journal)).toEqual(expected);
  journal.close();
  const again = Journal.open(path);
  expect(seen(again)).toEqual(expected);
  expect(again.quarantined()).toEqual(['liar', 'other']);
  expect(again.quarantine('honest')).toBe(3); // with liar out, nobody is left for the second
  again.close();
});

test('a job of other code, of no kind, or with another id is refused', () => {
  const [job, other] = probes(2);
  expect(refusal(() => checkJob({ ...job, code: 'assay 0' }))?.code).toBe('job-refused');
  expect(refusal(() => checkJob({ ...job, kind: 'none' }))?.code).toBe('job-refused');
  expect(refusal(() => checkJob({ ...job, id: other.id }))?.code).toBe('job-invalid');
  expect(refusal(() => checkJob({ ...job, payload: { seed: -1 } }))?.code).toBe('job-invalid');
  expect(checkJob(job).name).toBe('probe');
});

const training = (seed: number): TrainJob => ({
  experiment: documentOf(tinyExperiment),
  dataSha256: tinyData.sha256,
  ...{ lr: 0.01, seed, epochs: 2, rng: RNGS.torch, engine: 'wasm' as const },
});

test('a training on a worker is the training here', async () => {
  const pool = new LocalPool(2, [tinyData]);
  const results = [];
  for await (const { result } of pool.execute([jobOf(train, training(7))])) results.push(result);
  await pool.close();
  const { training: t } = tinyExperiment;
  const record = await runInMemory({
    ...{ experiment: tinyExperiment, dataSet: tinyData, lr: 0.01, seed: 7, epochs: 2, engine: 'reference' },
  });
  expect(results).toEqual([ensembleRunOf(record, t)]);
});

test('what no training can give is not the result of one', async () => {
  const job = jobOf(train, training(1));
  const pool = new LocalPool(1, [tinyData]);
  let truth: EncodedEnsembleRun | undefined;
  for await (const { result } of pool.execute([job])) truth = result as EncodedEnsembleRun;
  await pool.close();
  const check = (change: (run: Changeable) => void): string | undefined => {
    const run = structuredClone(truth) as unknown as Changeable;
    change(run);
    const error = refusal(() => checkResult(job, run, [tinyData]));
    return error && `${error.code}: ${error.facts.got}`;
  };
  expect(check(() => undefined)).toBeUndefined();
  expect(check(({ epochs: [, second] }) => (second.correctCount = 23))).toBeUndefined();
  expect(check(({ epochs: [, second] }) => (second.testLoss = 'NaN'))).toBeUndefined();
  const refused: [(run: Changeable) => void, string][] = [
    [({ epochs: [, second] }) => (second.correctCount = 24), '24 right of 23'],
    [({ epochs: [, second] }) => (second.epoch = 77), 'epoch 77 in the place of epoch 2'],
    [({ epochs: [first] }) => (first.testLoss = -0.1), 'a test loss of -0.1'],
    [({ epochs: [first] }) => (first.testLoss = '-Infinity'), 'a test loss of -Infinity'],
    [({ loggedLosses }) => (loggedLosses[3] = -1), 'a loss of -1'],
    [({ loggedLosses }) => loggedLosses.pop(), '5 losses'],
    [({ epochs }) => epochs.forEach((epoch) => (epoch.testCount = 1000)), '1000 test images'],
  ];
  for (const [change, got] of refused) expect(check(change)).toBe(`job-invalid: ${got}`);
});

test('no loss of a first batch is below 0', () => {
  const [part] = [{ from: 0, count: 2, experiment: documentOf(tinyExperiment), dataSha256: tinyData.sha256 }];
  const job = jobOf(firstLosses, { ...part, rng: RNGS.torch });
  const check = (...losses: number[]): unknown =>
    refusal(() => checkResult(job, { from: 0, losses }))?.facts.got;
  expect([check(0, 2), check(0.5, -1e-9)]).toEqual([undefined, 'a loss below 0']);
});

test('a training of a hundred epochs is a job, and one of more is none', () => {
  const [most, more] = [100, 101].map((epochs) => jobOf(train, { ...training(1), epochs }));
  expect(checkJob(most).name).toBe('train');
  expect(refusal(() => checkJob(more))?.code).toBe('job-invalid');
});

/** A result, for tests to put wrong numbers in. */
interface Changeable {
  readonly loggedLosses: (number | string)[];
  readonly epochs: { epoch: number; testLoss: number | string; correctCount: number; testCount: number }[];
}

test('data that the worker has not, and a stop, end the work', async () => {
  const pool = new LocalPool(1);
  const journal = Journal.open(join(folder, 'journal'));
  await expect(runJobs([jobOf(train, training(1))], pool, journal)).rejects.toMatchObject({
    code: 'data-not-found',
  });
  const stop = new AbortController();
  const onDone = (): void => stop.abort('stop');
  await expect(runJobs(probes(1000), pool, journal, { signal: stop.signal, onDone })).rejects.toBe('stop');
  journal.close();
  await pool.close();
  expect(lines(join(folder, 'journal')).length).toBeLessThan(1000);
});

describe('a journal is one process’s at a time', () => {
  const path = (): string => join(folder, 'journal');
  const lock = (): string => `${path()}.lock`;
  const holder = (pid: number, { start, host }: { start?: string; host?: string } = {}): string =>
    `process ${pid} (${start ?? US.start}) on ${host ?? US.host}`;

  test('who has it is said, and it can be had afterwards', () => {
    const journal = Journal.open(path());
    const error = refusal(() => Journal.open(path()));
    expect(error?.code).toBe('journal-busy');
    expect(error?.facts.got).toBe(holder(process.pid));
    journal.close();
    Journal.open(path()).close();
    expect(readdirSync(folder)).toEqual(['journal']);
  });

  test('a process that was killed does not have it any more', () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    writeFileSync(lock(), holder(pid));
    Journal.open(path()).close();
    expect(readdirSync(folder)).toEqual(['journal']);
  });

  test('nor does one before us that had our number, as in a container that was started again', () => {
    writeFileSync(lock(), holder(process.pid, { start: '00000000' }));
    Journal.open(path()).close();
    expect(readdirSync(folder)).toEqual(['journal']);
  });

  const { pid: gone } = spawnSync(process.execPath, ['--version']);

  test.each([
    ['of another machine, be there one of its number here or not,', holder(gone, { host: `not-${US.host}` })],
    ['of another machine that has our number', holder(process.pid, { host: `not-${US.host}`, start: '0' })],
    ['that is there, whose ever it is', holder(1)],
    ['that is just about to say who it is', ''],
  ])('a process %s has it', (_, holder) => {
    writeFileSync(lock(), holder);
    expect(refusal(() => Journal.open(path()))?.code).toBe('journal-busy');
    expect(readFileSync(lock(), 'utf8')).toBe(holder);
  });

  test('a lock without an end is not ours, and is not read to it', () => {
    symlinkSync('/dev/zero', lock());
    expect(refusal(() => Journal.open(path()))?.code).toBe('journal-busy');
  });

  test('a journal that cannot be opened is not kept', () => {
    writeFileSync(path(), 'rubbish\n');
    expect(refusal(() => Journal.open(path()))?.code).toBe('journal-invalid');
    expect(readdirSync(folder)).toEqual(['journal']);
  });
});
