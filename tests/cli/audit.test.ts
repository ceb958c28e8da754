import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Audit } from '../../src/audit';
import { DEFAULT_STUDY, Laboratory } from './laboratory';

const REPORT = join(__dirname, '../../fixtures/reported/lr-experiment.txt');

let lab: Laboratory;
beforeAll(async () => {
  lab = await Laboratory.open();
});
afterAll(() => lab.close());

/** The report with one text replaced, audited. */
async function auditOf(from: string, to: string): Promise<{ exitCode: number | null; stdout: string }> {
  const text = readFileSync(REPORT, 'utf8');
  expect(text.split(from)).toHaveLength(2);
  await writeFile(lab.path('report.txt'), text.replace(from, to));
  return lab.run(['audit', 'report.txt', '--full']);
}

test('the report as it is: its numbers agree, each run lies in its band, and not every claim holds', async () => {
  const { exitCode, stdout, stderr } = await lab.run(['audit', REPORT, '--full']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: DEFAULT_STUDY });
  expect(stdout).toContain("The 198 numbers in the report's logs agree with each other.");
  expect(stdout).toContain(' 0 not understood');
  expect(stdout.match(/in our bands: pass/g)).toHaveLength(3);
  expect(stdout).toContain('no two runs began with the same random numbers');
  expect(stdout).toMatch(/contradicted +line 292 /);
  const folded = await lab.run(['audit', REPORT]);
  expect(folded.stdout).toContain('\n\nMore, with --full\n  Lines\n  Runs\n');
});

test('every number is placed among our runs, and each sentence has its share of seeds', async () => {
  const { stdout } = await lab.run(['audit', REPORT, '--json']);
  const { numbers, claims, reproduction, receipt } = JSON.parse(stdout) as Audit;
  expect(numbers).toHaveLength(198);
  for (const { reproduction } of numbers) {
    expect(reproduction.of).toBeGreaterThan(10);
    expect(reproduction.quantile).toBeGreaterThanOrEqual(0);
    expect(reproduction.quantile).toBeLessThanOrEqual(1);
    expect(reproduction.verdict).toBe('pass');
  }
  expect(reproduction.runs.map(({ cells }) => cells.length)).toEqual([10, 10, 10]);
  expect(reproduction.pValue).toBeGreaterThan(0.05);
  const ofCurves = claims.judged.filter(({ verdict }) => verdict !== 'cannot be judged');
  const shares = ofCurves.map(({ predicate, seeds }) => [predicate === 'longer', (seeds?.of ?? 0) >= 23]);
  expect(shares.filter(([isLonger, ofAllSeeds]) => isLonger === ofAllSeeds)).toEqual([]);
  expect(claims.judged.find(({ predicate }) => predicate === 'longer')).toMatchObject({
    ...{ verdict: 'inconclusive', line: 97, seeds: { holds: 3, of: 3 } },
    because: 'of our 3 runs of 20 epochs and more, 0 reach 99.00 % by epoch 10 and 3 by epoch 20',
  });
  expect(receipt.inputs.map(({ what }) => what)).toEqual(
    expect.arrayContaining(['document', 'claims', 'bands', 'our runs']),
  );
  expect(stdout).not.toContain(join(__dirname, '../..', 'spec'));
});

test.each([
  ['a changed count', '9586/10000 (95.86%)', '9587/10000 (95.86%)', 'line 29, accuracy: '],
  [
    'a swapped percent',
    '[6400/60000 (11%)]       Loss: 0.876382',
    '[6400/60000 (21%)]       Loss: 0.876382',
    'line 19, percent: ',
  ],
  [
    'another final accuracy',
    'Final Test Accuracy: 96.66%',
    'Final Test Accuracy: 97.66%',
    'line 286, final-accuracy: ',
  ],
  ['a missing test', 'Test set: Average loss: 0.0638, Accuracy: 9802/10000 (98.02%)', '', 'line 53, test: '],
  ['a wrong number in a sentence', '98.41% after just', '98.14% after just', 'line 195, number: '],
])('%s is found, in its line', async (_, from, to, finding) => {
  const { exitCode, stdout } = await auditOf(from, to);
  expect(exitCode).toBe(1);
  expect(stdout).toContain(finding);
});

describe('the learning rate of a run', () => {
  /** The middle run's heading replaced, and perhaps more. */
  async function withHeading(heading: string, change = (text: string): string => text): Promise<Audit> {
    const text = readFileSync(REPORT, 'utf8').replace('## LR = 0.001\n', `${heading}\n`);
    await writeFile(lab.path('headed.txt'), change(text));
    const printed = await lab.run(['audit', 'headed.txt']);
    expect(printed.stdout).not.toMatch(/undefined|NaN/);
    const { stdout } = await lab.run(['audit', 'headed.txt', '--json']);
    expect(stdout).not.toContain('null');
    return JSON.parse(stdout) as Audit;
  }
  const judgedOf = ({ claims, verdictTable, document }: Audit): unknown => [
    claims.judged,
    claims.unclaimed,
    verdictTable,
    document.accounting,
  ];
  let original: Audit;
  beforeAll(async () => {
    original = await withHeading('## LR = 0.001');
  });

  test.each(['## LR=0.001', '### LR = 0.001', '# lr : 1e-3'])('is read from %s', async (heading) => {
    const audit = await withHeading(heading);
    expect(judgedOf(audit)).toEqual(judgedOf(original));
    expect(audit.summary).toEqual(original.summary);
  });

  test.each(['## Second', '## LR = abc'])('is the best fitting one under %s', async (heading) => {
    const audit = await withHeading(heading);
    expect(judgedOf(audit)).toEqual(judgedOf(original));
    const said = audit.summary.filter((paragraph) => !original.summary.includes(paragraph));
    expect(said).toEqual([
      expect.stringMatching(/^No heading states .* judged as a run at lr 0.001, which fits/),
    ]);
    expect(audit.reproduction.runs[1].reason).toContain('lr 0.001, which fits best');
  });

  test('is not known where nothing tells it: then nothing is ranked by it', async () => {
    const audit = await withHeading('## Second', (text) =>
      // Which of two tests is that of epoch 2 cannot be told.
      text.replace('Test set: Average loss: 0.0299, Accuracy: 9898/10000 (98.98%)\n', '$&$&'),
    );
    expect(audit.runs[1].conditions).toEqual({});
    expect(audit.summary).toContainEqual(expect.stringMatching(/^No heading .*, and it cannot be inferred/));
    const rows = new Map(audit.verdictTable?.rows.map(({ name, cells }) => [name, cells]));
    expect(rows.get('Speed')?.filter(({ computed }) => computed !== undefined)).toEqual([]);
    // The run of 0.0001 may be beaten by one with a smaller learning rate; that of 0.01 is not stable, whatever the others are.
    expect(rows.get('Verdict')?.map(({ computed }) => computed)).toEqual([undefined, undefined, 'smaller']);
  });
});

describe('what is said of the numbers, and of whether they reproduce', () => {
  const TEST_2 = 'Test set: Average loss: 0.0848, Accuracy: 9739/10000 (97.39%)';
  async function summaryOf(change: (lines: string[]) => string[]): Promise<string[]> {
    await writeFile(lab.path('part.txt'), change(readFileSync(REPORT, 'utf8').split('\n')).join('\n'));
    const { stdout } = await lab.run(['audit', 'part.txt', '--json']);
    return [...(JSON.parse(stdout) as Audit).summary];
  }

  test.each<[string, (lines: string[]) => string[], string]>([
    [
      'a test is missing',
      (lines) => lines.filter((line) => line !== TEST_2),
      "The 195 numbers that can be read in the report's logs agree with each other. Its runs do not go as trainings of the experiment do: they have tests that are missing or doubled (line 40).",
    ],
    [
      'a test cannot be read, and a number is wrong, too',
      (lines) =>
        lines.map((line) => (line === TEST_2 ? 'Test set: good' : line.replace('(95.86%)', '(95.87%)'))),
      "The numbers in the report's logs contradict each other: see line 29. Some lines start like lines of a log, but continue differently, and cannot be read: see line 42. Its runs do not go as trainings of the experiment do: they have tests that are missing or doubled (line 40).",
    ],
    [
      'no line can be read',
      () => ['Train Epoch: soon'],
      'No number of a run can be read in the report. Some lines start like lines of a log, but continue differently, and cannot be read: see line 1.',
    ],
  ])('%s', async (_, change, said) => {
    expect(await summaryOf(change)).toContain(said);
  });

  test('a run that is cut off reproduces as far as it goes, and what became of it is not said', async () => {
    const [headline, numbers, reproduces, collapses] = await summaryOf((lines) => lines.slice(0, 254));
    expect(headline).toBe(
      'What does not hold: 2 sentences true in part only and 1 finding in lines of the runs.',
    );
    expect(numbers).toContain('another number of epochs than the experiment (line 254)');
    expect(reproduces).toMatch(
      /^Whether they reproduce is not decided: 2 of 3 runs lie in their bands, and 1 cannot be judged as a whole; /,
    );
    expect(collapses).toMatch(/^At lr 0.01, \d+ of our \d+ seeds end at chance .*, at level 0.95\)\.$/);
  });

  test('sentences of which the claims say nothing are counted, too', async () => {
    const summary = await summaryOf((lines) => [
      ...lines.slice(0, 45),
      '## Conclusion',
      'Every run was perfect.',
    ]);
    expect(summary).toContain(
      'Of 1 sentence: 0 hold, 0 in part, 0 contradicted, 0 inconclusive, 0 that no number could contradict, 1 without a claim.',
    );
  });

  test('a run that collapsed is said to have', async () => {
    const log = readFileSync(join(__dirname, '../../fixtures/torch/seeds/lr0.01_seed101.log'), 'utf8');
    const summary = await summaryOf(() => ['## LR = 0.01', log]);
    expect(summary).toContainEqual(
      expect.stringMatching(/seeds end at chance .*\)\. So does the reported run\.$/),
    );
    // It is not held against runs that did not.
    expect(summary.join(' ')).not.toContain('As many of our runs');
  });
});

describe('a claim whose sentence the document does not have', () => {
  beforeAll(async () => {
    const text = readFileSync(REPORT, 'utf8').replace('- Just needs more time!\n', '');
    await writeFile(lab.path('shorter.txt'), text);
  });

  test('is named where nobody gave the claims', async () => {
    const { exitCode, stdout } = await lab.run(['audit', 'shorter.txt', '--junit', 'shorter.xml']);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      'The document does not have the sentence of 1 claim of spec/lr-experiment/claims.json: “Just needs more time!” at lr 0.0001 (0.0001-more-time).\n',
    );
    expect(readFileSync(lab.path('shorter.xml'), 'utf8')).toMatch(
      /name="0\.0001-more-time: [^>]*>\s*<skipped message="cannot be judged: the document does not have this sentence/,
    );
  });

  test('is refused with --claims, even with the same file', async () => {
    const claims = join(__dirname, '../../spec/lr-experiment/claims.json');
    const refused = await lab.run(['audit', 'shorter.txt', '--claims', claims]);
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refused.stderr).toContain('claim 0.0001-more-time');
    expect(refused.stderr).toContain('hint:');
    expect((await lab.run(['audit', REPORT, '--claims', claims])).exitCode).toBe(1);
  });
});

test('a control character of the document is shown, and does nothing to the terminal', async () => {
  await writeFile(lab.path('controls.txt'), `Train Epoch: 1 \u001b]0;title\u0007\nA run\u0008 is good.\n`);
  const { stdout } = await lab.run(['audit', 'controls.txt']);
  expect(stdout).toContain('\\u0007');
  expect(stdout).toContain('A run\\u0008 is good.');
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});

test('--html, --junit and --markdown: a page, tests for CI, a comment for a pull request', async () => {
  const files = ['--html', 'audit.html', '--junit', 'audit.xml'];
  const { exitCode, stdout, stderr } = await lab.run(['audit', REPORT, '--markdown', ...files]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: DEFAULT_STUDY });
  expect(stdout).toMatch(
    /^## .*lr-experiment\.txt: fail; not judged: 1 inconclusive sentence, 1 row of the verdict table\n/,
  );
  const page = readFileSync(lab.path('audit.html'), 'utf8');
  expect(page).toMatch(/^<!doctype html>/);
  expect(page).toContain('seed 23'); // of the ensemble
  expect(readFileSync(lab.path('audit.xml'), 'utf8')).toContain('<testsuites name="assay audit"');
  await lab.run(['audit', REPORT, '--html', 'again.html']);
  expect(readFileSync(lab.path('again.html'), 'utf8')).toBe(page);
});

test('a document without runs is refused', async () => {
  await writeFile(lab.path('letter.txt'), 'Dear reader,\n');
  const { exitCode, stderr } = await lab.run(['audit', 'letter.txt']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('not a log of a training run');
});

test('a training loss that no run of ours has is found, fails its run, and fails in JUnit, too', async () => {
  const text = readFileSync(REPORT, 'utf8').replace('Loss: 0.876382', 'Loss: 8.76382');
  await writeFile(lab.path('loss.txt'), text);
  const { exitCode, stdout } = await lab.run(['audit', 'loss.txt', '--json', '--junit', 'loss.xml']);
  expect(exitCode).toBe(1);
  const { findings, numbers, reproduction } = JSON.parse(stdout) as Audit;
  expect(findings).toMatchObject([{ group: 'bands', rule: 'band', line: 19 }]);
  expect(numbers.filter(({ reproduction }) => reproduction.verdict === 'fail')).toMatchObject([{ line: 19 }]);
  expect(reproduction.runs.map(({ verdict }) => verdict)).toEqual(['fail', 'pass', 'pass']);
  const xml = readFileSync(lab.path('loss.xml'), 'utf8');
  expect(xml).toMatch(
    /name="bands"[^>]*>\s*<failure message="line 19, band: epoch 1, 6400 samples seen: loss /,
  );
});

test('the numbers of a run that collapsed are not held against the band of runs that did not', async () => {
  const log = join(__dirname, '../../fixtures/torch/seeds/lr0.01_seed101.log');
  await writeFile(lab.path('collapsed.txt'), `## LR = 0.01\n\n${readFileSync(log, 'utf8')}`);
  const { stdout } = await lab.run(['audit', 'collapsed.txt', '--json']);
  const { numbers, reproduction } = JSON.parse(stdout) as Audit;
  expect(reproduction.runs).toMatchObject([{ verdict: 'pass' }]);
  expect(new Set(numbers.map(({ reproduction }) => reproduction.verdict))).toEqual(new Set(['no-reference']));
});

test('sentences of no claim are written as a file of claims, which counts when it is filled in', async () => {
  const log = readFileSync(REPORT, 'utf8').split('\n').slice(0, 88).join('\n');
  await writeFile(
    lab.path('own.txt'),
    `${log}\n\n### Conclusion\n- The accuracy rises in every epoch\n- It ends with 98.57%\n\n| result | accuracy |\n| --- | --- |\n| final | 98.57% |\n`,
  );
  const said = await lab.run(['audit', 'own.txt']);
  expect(said.stdout).not.toContain('Every claim');
  expect(said.stderr).toContain('3 lines without a claim: --claims-template FILE writes them');
  const written = await lab.run(['audit', 'own.txt', '--claims-template', 'own.json']);
  expect(written.exitCode).toBe(1); // not judged is not green
  expect(written.stderr).toContain('written to own.json: 3 lines; ');
  // As it is, nobody has read it.
  const unread = await lab.run(['audit', 'own.txt', '--claims', 'own.json']);
  expect(unread.exitCode).toBe(2);
  expect(unread.stderr).toMatch(/where: +own\.json, claims\[0\]\.reading\n/);

  const template = JSON.parse(readFileSync(lab.path('own.json'), 'utf8')) as {
    claims: { quote: string; conditions: object }[];
  };
  expect(template.claims.map(({ quote }) => quote)).toEqual([
    expect.stringContaining('The accuracy rises in every epoch'),
    expect.stringContaining('It ends with 98.57%'),
    expect.stringContaining('| final | 98.57% |'),
  ]);
  const predicates = [
    [{ predicate: 'each-epoch', metric: 'accuracy', direction: 'rises' }],
    [{ predicate: 'value', metric: 'accuracy', epoch: 5, number: '98.57' }],
    [{ predicate: 'value', metric: 'accuracy', epoch: 5, number: '98.57' }],
  ];
  const claims = template.claims.map((claim, i) => ({ ...claim, reading: 'So.', predicates: predicates[i] }));
  await writeFile(lab.path('own.json'), JSON.stringify({ ...template, claims }));
  const judged = await lab.run(['audit', 'own.txt', '--claims', 'own.json', '--json']);
  expect(JSON.parse(judged.stdout)).toMatchObject({
    claims: { counts: { holds: 3 }, unclaimed: [], unclaimedRows: [] },
  });
});
