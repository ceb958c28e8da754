import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { textWidth } from '../../src/report/text/table';
import { Laboratory, type Outcome } from './laboratory';

const LOGS = join(__dirname, '../../fixtures/logs/mlp');
const TEMPLATE = 'epoch {epoch} | train_loss {train_loss} | val_loss {val_loss} | val_acc {val_acc:percent}';
const STUDY = {
  name: 'own',
  title: 'An own trainer',
  conditions: [],
  metrics: [
    { name: 'val_loss', kind: 'loss', better: 'lower', per: 'epoch' },
    { name: 'val_acc', kind: 'percent', better: 'higher', per: 'epoch', decimals: 1 },
  ],
  logs: { template: TEMPLATE },
  golden: 'golden',
};

let laboratory: Laboratory;
beforeAll(async () => {
  laboratory = await Laboratory.open();
  mkdirSync(laboratory.path('own'));
  writeFileSync(laboratory.path('own', 'study.json'), JSON.stringify(STUDY));
});
afterAll(() => laboratory.close());

const logsOf = (folder: string, from: number, to: number): string[] =>
  readdirSync(join(LOGS, folder))
    .slice(from, to)
    .map((file) => join(LOGS, folder, file));
const run = (...words: string[]): Promise<Outcome> => laboratory.run([...words, '--study', 'own']);

test('a study without runs has no power to tell', async () => {
  const { exitCode, stderr } = await run('power');
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('keeps no runs')]);
});

test('bands that refuse nothing are refused, and nothing is written', async () => {
  const wild = laboratory.path('wild.log');
  writeFileSync(
    wild,
    Array.from(
      { length: 10 },
      (_, i) =>
        `epoch ${String(i + 1).padStart(2, '0')} | train_loss 9.0 | val_loss 99.0 | val_acc ${i}.0%\n`,
    ).join(''),
  );
  const { exitCode, stderr } = await run('bands', ...logsOf('healthy', 0, 19), wild);
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('a band that refuses nothing')]);
  expect(existsSync(laboratory.path('own', 'golden'))).toBe(false);
});

describe('with bands of its logs', () => {
  beforeAll(async () => {
    expect((await run('bands', ...logsOf('healthy', 0, 20))).exitCode).toBe(0);
  });

  test('power says what they see, as text and as JSON', async () => {
    const { exitCode, stdout } = await run('power', '--sets', '4');
    expect(stdout).toMatch(/docs\/power\.md, "How to read the tables"\.\n$/);
    expect(exitCode).toBe(0);
    expect(textWidth(stdout)).toBeLessThanOrEqual(80);
    expect(stdout).toMatch(/^all runs: 20 runs; of new runs 95\.2 % pass, one at a time$/m);
    expect(stdout).toMatch(/nothing is wrong +5 \(0…25\)/);
    expect(stdout).toMatch(/val_acc × 0\.9 +100 \(83…100\)/);
    expect(stdout).toMatch(/val_acc better +\d\.\d/);
    const [setting] = JSON.parse((await run('power', '--sets', '4', '--json')).stdout) as {
      runs: number;
      changes: { kind: string }[];
    }[];
    expect([setting.runs, setting.changes[0].kind]).toEqual([20, 'none']);
  });

  test('power says what is refused of real faulty runs that the study keeps', async () => {
    const kept = readFileSync(laboratory.path('own', 'golden', 'ensembles', 'logs', 'runs.jsonl'), 'utf8');
    // Honest runs, and those of them whose losses are ten times as great.
    const honest = kept.split('\n').slice(0, 3).join('\n');
    const worse = honest
      .split('\n')
      .map((line) => JSON.parse(line) as { series: { val_loss: { value: number }[] } })
      .map(({ series, ...of }) => ({
        ...of,
        series: {
          ...series,
          val_loss: series.val_loss.map((point) => ({ ...point, value: 10 * point.value })),
        },
      }));
    const folder = laboratory.path('own', 'golden', 'faults', 'logs');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'ten-times.jsonl'), worse.map((of) => `${JSON.stringify(of)}\n`).join(''));
    writeFileSync(join(folder, 'none.jsonl'), `${honest}\n`);
    const { exitCode, stdout } = await run('power', '--sets', '1');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ +none +20 +0\/3 +0\/1 +0\/1$/m);
    expect(stdout).toMatch(/^ *ten-times +20 +3\/3 +1\/1 +1\/1$/m);
    writeFileSync(join(folder, 'none.jsonl'), 'none\n');
    const { exitCode: code, stderr } = await run('power', '--sets', '1');
    expect([code, stderr]).toEqual([2, expect.stringContaining('none.jsonl, line 1')]);
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'no folder');
    const file = await run('power', '--sets', '1');
    expect([file.exitCode, file.stderr]).toEqual([2, expect.stringContaining('ENOTDIR')]);
    rmSync(folder);
  });

  test('the picture is written beside the text, and over nothing that is read', async () => {
    const picture = laboratory.path('power.png');
    const { exitCode, stdout } = await run('power', '--sets', '1', '--picture', picture);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('nothing is wrong')]);
    expect(readFileSync(picture).subarray(1, 4).toString()).toBe('PNG');
    const runs = laboratory.path('own', 'golden', 'ensembles', 'logs', 'runs.jsonl');
    const refused = await run('power', '--sets', '1', '--picture', runs);
    expect([refused.exitCode, refused.stderr]).toEqual([2, expect.stringContaining('--picture')]);
  });

  test('check judges several logs together, too', async () => {
    const faulty = await run('check', ...logsOf('faults/lr-high', 0, 3));
    expect(faulty.exitCode).toBe(1);
    expect(faulty.stdout).toMatch(/^fail: 3 runs, together$/m);
    expect(faulty.stdout).toMatch(/val_loss is worse on the whole, by \d+\.\d standard deviations of runs/);
    const honest = await run('check', ...logsOf('healthy', 20, 25), '--json');
    expect(honest.exitCode).toBe(0);
    const judged = JSON.parse(honest.stdout) as { paths: string[]; verdict: string }[];
    expect(judged).toHaveLength(6);
    expect(judged[5].paths).toHaveLength(5);
    expect(judged[5]).toMatchObject({
      ...{ verdict: 'pass', runs: 5, ensemble: 20, paths: { length: 5 } },
      checks: [{ name: 'together', verdict: 'pass', findings: [] }],
    });
    expect((await run('check', ...logsOf('healthy', 20, 21), '--json')).stdout).not.toContain('"ensemble"');
  });

  test('check judges several logs one after the other, too, and says whether more are worth it', async () => {
    const check = (files: readonly string[], ...words: string[]): Promise<Outcome> =>
      run('check', ...files, '--sequential', ...words);
    const one = await check(logsOf('faults/lr-high', 0, 1));
    expect(one.exitCode).toBe(1);
    expect(one.stdout).toMatch(/^inconclusive.*: 1 run, one after the other$/m);
    expect(one.stdout).toMatch(/the first look is at 2; more runs are worth it: .* 2 would fail$/m);
    // The band says no more of a run: its level would add to that of the looks.
    expect(one.stdout).not.toMatch(/^ +bands/m);
    const faulty = await check(logsOf('faults/lr-high', 0, 3));
    expect([faulty.exitCode, faulty.stdout]).toEqual([1, expect.stringContaining('no more runs are needed')]);
    const honest = await check(logsOf('healthy', 20, 25), '--json');
    expect(honest.exitCode).toBe(0);
    const judged = JSON.parse(honest.stdout) as {
      verdict: string;
      looks: { runs: number; pValue: number; level: number }[];
    }[];
    expect(judged[5]).toMatchObject({ verdict: 'pass', paths: { length: 5 }, ensemble: 20 });
    expect(judged[5].looks.map(({ runs }) => runs)).toEqual([2, 3, 4, 5]);
    for (const { pValue, level } of judged[5].looks) expect(pValue).toBeGreaterThan(level);
  });

  test('without the runs of the bands each is judged alone, and that is said', async () => {
    cpSync(laboratory.path('own'), laboratory.path('bare'), { recursive: true });
    writeFileSync(laboratory.path('bare', 'golden', 'ensembles', 'logs', 'runs.jsonl'), '');
    const files = logsOf('healthy', 20, 22);
    const of = (): Promise<Outcome> => laboratory.run(['check', ...files, '--study', 'bare']);
    expect((await of()).stderr).toMatch(/runs\.jsonl/); // an empty file is a fault of the study
    rmSync(laboratory.path('bare', 'golden', 'ensembles'), { recursive: true });
    const { exitCode, stdout, stderr } = await of();
    expect([exitCode, stdout]).toEqual([0, expect.not.stringContaining('together\n')]);
    expect(stderr).toMatch(/each run is judged alone/);
    const sequence = await laboratory.run(['check', ...files, '--study', 'bare', '--sequential']);
    expect([sequence.exitCode, sequence.stderr]).toEqual([2, expect.stringContaining('one after the other')]);
  });
});
