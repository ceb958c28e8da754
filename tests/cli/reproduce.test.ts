import { readFile, writeFile } from 'node:fs/promises';
import { Laboratory, outcomeOf, sha256 } from './laboratory';

const REPRODUCE = ['reproduce', '--study', 'reported', '--data', 'tiny'];
const TEST_LINE = /Test set: Average loss: (\d\.\d{4}), Accuracy: \d+\/10 \((\d+\.\d\d)%\)/g;

/** In study.json. */
const REPORT = { report: '../report.txt' };

let lab: Laboratory;
/** What `assay run` prints, by learning rate. */
const transcripts: Record<string, string> = {};

/** A report of the two runs, in which the last loss is 0.5 greater than it was and the last accuracy is 1/10. */
beforeAll(async () => {
  lab = await Laboratory.open();
  for (const lr of ['0.01', '0.1']) {
    const { stdout } = await lab.run(['run', '--study', 'study', '--data', 'tiny', '--lr', lr]);
    transcripts[lr] = stdout;
  }
  const [last] = [...transcripts['0.1'].matchAll(TEST_LINE)].slice(-1);
  const falseLine = `Test set: Average loss: ${(Number(last[1]) + 0.5).toFixed(4)}, Accuracy: 1/10 (10.00%)`;
  const falseLog = transcripts['0.1'].replace(last[0], falseLine);
  const report = `# Report\n\n## LR = 0.01\n\n${transcripts['0.01']}\n## LR = 0.1\n\n${falseLog}`;
  await writeFile(lab.path('report.txt'), report);
  const digest = { file: '../report.txt', sha256: sha256(report) };
  await lab.writeStudy('reported', { report: digest }, REPORT);
});
afterAll(() => lab.close());

/** The table at the end: one row per epoch, its cells without the blanks between them. */
function rowsOf(stdout: string): string[][] {
  const [, table] = stdout.split(/## (?:Reported and r|R)eproduced, seed 1\n\n/);
  const rows = table.split('\n\n')[0].trimEnd().split('\n');
  return rows.slice(2).map((row) => row.trim().split(/ +/));
}

/** Loss and accuracy of each epoch, as the transcripts print them. */
function printedResults(): [loss: string, accuracy: string][] {
  const log = transcripts['0.01'] + transcripts['0.1'];
  return [...log.matchAll(TEST_LINE)].map(([, loss, accuracy]) => [loss, accuracy]);
}

test('trains with every learning rate, and sets the results against the report', async () => {
  const { exitCode, stdout, stderr } = await lab.run([...REPRODUCE, '--out', 'all']);
  expect({ exitCode, stderr }).toEqual({
    exitCode: 0,
    stderr: 'written to all; a page to read: all/report.html\n',
  });
  const logs = `## LR = 0.01\n\n${transcripts['0.01']}\n\n## LR = 0.1\n\n${transcripts['0.1']}\n\n`;
  expect(stdout.slice(0, logs.length)).toBe(logs);
  for (const lr of ['0.01', '0.1']) {
    expect(await readFile(lab.path('all', `lr${lr}`, 'train.log'), 'utf8')).toBe(transcripts[lr]);
    expect((await lab.record(`all/lr${lr}`)).lr).toBe(Number(lr));
  }

  const [a, b, c, [loss, accuracy]] = printedResults();
  const same = ([loss, accuracy]: [string, string]): string[] => [
    ...[loss, loss, '0.0000'],
    ...[accuracy, accuracy, '0.00'],
  ];
  const accuracyDifference = (Number(accuracy) - 10).toFixed(2);
  expect(rowsOf(stdout)).toEqual([
    ['0.01', '1', ...same(a)],
    ['2', ...same(b)],
    ['0.1', '1', ...same(c)],
    [
      ...['2', (Number(loss) + 0.5).toFixed(4), loss, '-0.5000'],
      ...['10.00', accuracy, accuracyDifference.replace(/^(?=[1-9])/, '+')],
    ],
  ]);
  expect(stdout).not.toContain('Not judged');

  const page = await readFile(lab.path('all/report.html'), 'utf8');
  expect(page).toContain('npx assay verify all/lr0.1 --study reported --data tiny');
  for (const lr of ['0.01', '0.1'])
    for (const { weightsSha256 } of (await lab.record(`all/lr${lr}`)).epochs)
      expect(page).toContain(weightsSha256);
  expect(page).toContain('-0.5000'.replace('-', '−')); // the difference of the falsified loss
});

test('on other data than the report is about, it says aloud that the numbers are not judged', async () => {
  const reported = JSON.parse(await readFile(lab.path('reported/experiment.json'), 'utf8')) as {
    data: object;
  };
  const data = { ...reported.data, name: 'Elsewhere', sha256: '1'.repeat(64) };
  await lab.writeStudy('elsewhere', { ...reported, data }, REPORT);
  const { exitCode, stdout } = await lab.run(['reproduce', '--study', 'elsewhere', '--data', 'tiny']);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    /^Nothing is compared with the report: it is about Elsewhere, .* \(tiny\)\.\n\n## LR = 0\.01\n/,
  );
  expect(stdout).toContain('## Reproduced, seed 1\n');
  expect(rowsOf(stdout).map((row) => row.slice(-2))).toEqual(printedResults());
  const page = await readFile(lab.path('runs/tiny-seed1/report.html'), 'utf8');
  expect(page).toContain('it is about Elsewhere, these runs are about another data set');
  expect(page).not.toContain('"layer":"reported"');
});

test('what is not compared stands beside the bands of its data', async () => {
  await lab.writeStudy('banded');
  const here = ['--study', 'banded', '--data', 'tiny'];
  await lab.run(['sweep', ...here, '--seeds', '1..20', '--workers', '1']);
  expect(await lab.run(['bands', ...here])).toMatchObject({ exitCode: 0 });
  const { stdout } = await lab.run(['reproduce', ...here]);
  const table = stdout.split('## Reproduced, seed 1, beside the bands of tiny\n\n')[1];
  expect(table).toMatch(/^ +test loss +accuracy in %\n +lr +epoch +measured +band +where +measured +band/);
  const [[loss]] = printedResults();
  expect(table).toMatch(new RegExp(`\\n0\\.01 +1 +${loss} .* 100\\.00 .* pass\\n`));
  expect(table).not.toContain('–');
});

test('an experiment without a report has nothing to be set against', async () => {
  const { stdout } = await lab.run(['reproduce', '--study', 'study', '--data', 'tiny']);
  expect(stdout).not.toContain('compared');
  expect(rowsOf(stdout).map((row) => row.slice(-2))).toEqual(printedResults());
});

test('--json prints the numbers in full precision, and no transcript', async () => {
  const { stdout } = await lab.run([...REPRODUCE, '--json', '--out', 'json']);
  const records = await Promise.all(['json/lr0.01', 'json/lr0.1'].map((folder) => lab.record(folder)));
  const { epochs, ...rest } = JSON.parse(stdout) as {
    epochs: Record<'conditions' | 'reproduced' | 'reported', Record<string, unknown>>[];
  };
  expect(rest).toEqual({ experiment: 'tiny', data: 'tiny', seed: 1, comparable: true });
  expect(
    epochs.map(({ conditions, reproduced }) => [conditions, reproduced['test loss'], reproduced.accuracy]),
  ).toMatchObject(
    records.flatMap(({ lr, epochs }) =>
      epochs.map(({ testLoss, correctCount, testCount }) => [
        { lr },
        { value: testLoss },
        { count: { right: correctCount, of: testCount } },
      ]),
    ),
  );
  expect(epochs[3].reported.accuracy).toMatchObject({ value: 10, count: { right: 1, of: 10 } });
});

test('a report that is not the one the experiment was made from is refused', async () => {
  await lab.writeStudy('stale', { report: { file: '../report.txt', sha256: '2'.repeat(64) } }, REPORT);
  const before = await lab.entries();
  const { exitCode, stderr } = await lab.run(['reproduce', '--study', 'stale', '--data', 'tiny']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('the report is not the one');
  expect(await lab.entries()).toEqual(before);
});

test('stopped, it says which run to continue', async () => {
  const training = { batchSize: 4, epochs: 100_000, logInterval: 2, lrs: [0.01] };
  await lab.writeStudy('long', { training });
  const child = lab.start(['reproduce', '--study', 'long', '--data', 'tiny', '--out', 'stopped']);
  child.stdout?.once('data', () => child.kill('SIGINT'));
  const { exitCode, stderr } = await outcomeOf(child);
  expect(exitCode).toBe(130);
  expect(stderr).toContain('npx assay run --resume stopped/lr0.01 --study long --data tiny');
  expect(stderr).not.toContain('written to');
});

describe('of published values', () => {
  const writeClaims = async (initial: string, accuracy: string): Promise<void> => {
    const claim = (id: string, what: string, value: string) => ({
      ...{ id, conditions: { lr: 0.01 }, quote: `It is ${value}`, reading: what },
      predicates: [{ predicate: 'published', what, value }],
    });
    const claims = [claim('initial', 'initial weights', initial), claim('accuracy', 'accuracy', accuracy)];
    await writeFile(lab.path('claims.json'), JSON.stringify({ document: 'report.txt', claims }));
    await lab.writeStudy('published', {}, { claims: '../claims.json' });
  };
  const accuracyOf = ({ correctCount, testCount }: { correctCount: number; testCount: number }): string =>
    `${correctCount}/${testCount}` === '10/10' ? '1.0' : String(correctCount / testCount);

  test('each is said to be as published, or not, which ends with 1', async () => {
    await lab.run(['run', '--study', 'study', '--data', 'tiny', '--lr', '0.01', '--out', 'once']);
    const { initialWeightsSha256, epochs } = await lab.record('once');
    const accuracy = accuracyOf(epochs[epochs.length - 1]);
    await writeClaims(initialWeightsSha256, accuracy);
    const same = await lab.run(['reproduce', '--study', 'published', '--data', 'tiny', '--out', 'as']);
    expect(same.exitCode).toBe(0);
    expect(same.stdout).toContain(`## Published and computed, lr 0.01, seed 1

initial weights  ${initialWeightsSha256}  as published
accuracy         ${accuracy}  as published
`);

    const other = 'f'.repeat(64);
    await writeClaims(other, accuracy);
    const differing = await lab.run(['reproduce', '--study', 'published', '--data', 'tiny', '--out', 'not']);
    expect(differing.exitCode).toBe(1);
    expect(differing.stdout).toContain(`initial weights  ${initialWeightsSha256}  NOT as published
                 ${other}  is published
`);
  });
});
