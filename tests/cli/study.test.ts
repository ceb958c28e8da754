import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DEFAULT_STUDY, Laboratory, type Outcome } from './laboratory';

/** A study of one's own, outside of the clone: from the first run to the audit, without a byte written into the package. */

const ROOT = resolve(__dirname, '../..');
const PACKAGE = ['bin', 'dist', 'spec', 'golden', 'fixtures/reported', 'package.json'];

let lab: Laboratory;
beforeAll(async () => {
  lab = await Laboratory.open();
});
afterAll(() => lab.close());

async function digestOfPackage(): Promise<string> {
  const hash = createHash('sha256');
  for (const part of PACKAGE) {
    const path = join(ROOT, part);
    const entries = part.endsWith('.json') ? [''] : await readdir(path, { recursive: true });
    for (const entry of entries.sort()) {
      const content = await readFile(join(path, entry)).catch(() => 'a folder');
      hash.update(entry).update(content);
    }
  }
  return hash.digest('hex');
}

describe('in a folder with assay/ in it', () => {
  const project = (): string => lab.path('project');
  const assay = (...args: string[]): Promise<Outcome> =>
    lab.run(args, { cwd: project(), environment: { CI: '' } });
  const data = ['--data', '../tiny'];

  test('run, sweep, bands, check, golden record, golden verify and audit work on it', async () => {
    await mkdir(project());
    const facts = { report: 'report.txt', claims: 'claims.json' };
    await lab.writeStudy('project/assay', {}, facts);
    await writeFile(lab.path('project/assay/report.txt'), '');
    const claim = {
      ...{ id: 'falls', conditions: { lr: 0.01 }, quote: 'The test loss falls', reading: 'in every epoch' },
      predicates: [{ predicate: 'each-epoch', metric: 'test loss', direction: 'falls' }],
    };
    const claims = { document: 'report.txt', claims: [claim] };
    await writeFile(lab.path('project/assay/claims.json'), JSON.stringify(claims));
    const before = await digestOfPackage();

    const run = await assay('run', ...data, '--lr', '0.01', '--seed', '99', '--out', 'mine');
    expect(run).toMatchObject({ exitCode: 0, stderr: 'written to mine\n' });
    const swept = await assay('sweep', ...data, '--seeds', '1..20', '--workers', '1');
    expect(swept.stdout).toMatch(
      /^40 runs trained, .*project\/assay\/golden\/ensembles\/tiny\/runs\.jsonl\n$/,
    );
    const bands = await assay('bands', ...data);
    expect(bands).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('together: coverage') as string,
    });
    expect(bands.stderr).toContain(
      '40 runs of 2 settings; bands that hold together at level 0.95 take 39 runs of each setting',
    );
    expect(
      (await assay('check', 'mine', '--condition', 'lr=0.01', '--only', 'format,experiment')).exitCode,
    ).toBe(0);
    expect((await assay('check', 'mine')).stdout).toMatch(/bands +(pass|fail): lr 0.01: band of 20 runs/);

    const recorded = await assay('golden', 'record', ...data, '--reason', 'the first ones');
    expect(recorded.stdout.match(/: new$/gm)).toHaveLength(4);
    const verified = await assay('golden', 'verify', ...data);
    expect({ ...verified, stdout: verified.stdout.match(/: pass: bitwise/g)?.length }).toMatchObject({
      ...{ exitCode: 0, stdout: 4 },
    });

    const report = `## LR = 0.01\n\n${run.stdout}\n### Conclusion\n\n- The test loss falls\n`;
    await writeFile(lab.path('project/assay/report.txt'), report);
    const { stdout } = await assay('audit', '--json');
    const audit = JSON.parse(stdout) as {
      reproduction: { runs: { verdict: string; reason: string }[] };
      claims: { judged: { id: string; seeds: { of: number } }[] };
    };
    expect(audit.reproduction.runs).toMatchObject([
      { reason: expect.stringMatching(/^lr 0.01: band of 20 runs/) as string },
    ]);
    expect(audit.claims.judged).toMatchObject([{ id: 'falls', seeds: { of: 20 } }]);

    expect(await digestOfPackage()).toBe(before);
  });

  test('a folder below finds it, too', async () => {
    await mkdir(lab.path('project/below'));
    const { stdout, stderr } = await lab.run(['check', '../mine', '--json'], {
      cwd: lab.path('project/below'),
    });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toMatchObject([{ conditions: { lr: 0.01 } }]);
  });
});

describe('without a study', () => {
  test.each([
    ['sweep', ['--seeds', '1', '--data', 'synthetic'], '--study or --out'],
    ['bands', [], '--study or --out'],
    ['alternatives', ['report.txt', '--seeds', '1'], '--study or --out'],
    ['golden record', ['--reason', 'x'], '--study'],
  ])('%s refuses to write', async (command, args, hint) => {
    const before = await lab.entries();
    const words = [...command.split(' '), ...args];
    const { exitCode, stdout, stderr } = await lab.run(words, { environment: { CI: '' } });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr.slice(0, DEFAULT_STUDY.length)).toBe(DEFAULT_STUDY);
    expect(stderr).toContain(`assay ${command} writes nothing into the study that comes with assay`);
    expect(stderr).toMatch(new RegExp(`where: .*golden/lr-experiment\n[^]*hint: +give ${hint}\n$`));
    expect(await lab.entries()).toEqual(before);
  });

  test('bands writes where --out says', async () => {
    const { exitCode } = await lab.run(['bands', '--out', 'out/bands.json']);
    expect(exitCode).toBe(0);
    const stored = await readFile(join(ROOT, 'golden/lr-experiment/bands/mnist.json'), 'utf8');
    expect(await readFile(lab.path('out/bands.json'), 'utf8')).toBe(stored);
  });

  test('a folder that is no study is refused', async () => {
    const { exitCode, stderr } = await lab.run(['check', 'x', '--study', 'tiny']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/not a study\n +where: +tiny\n +expected: a folder with study\.json in it/);
  });
});

test('runs of other data than those of the report are not held against it', async () => {
  const { stdout } = await lab.run(['audit', '--study', join(ROOT, 'spec/lenet'), '--json']);
  const audit = JSON.parse(stdout) as { claims: { judged: object[] } };
  expect(audit).toMatchObject({ reproduction: { verdict: 'no-reference' } });
  expect(audit.claims.judged.filter((claim) => 'seeds' in claim)).toEqual([]);
});

test('the study of LeNet is audited by its own bands and seeds', async () => {
  const study = join(ROOT, 'spec/lenet');
  const { stdout, exitCode } = await lab.run(['audit', '--study', study, '--data', 'synthetic', '--json']);
  const audit = JSON.parse(stdout) as { findings: unknown[]; claims: { counts: object } };
  // Its seed is one of the twentieth whose runs are not in their band.
  expect(exitCode).toBe(1);
  expect(audit).toMatchObject({
    findings: [{ group: 'bands', rule: 'band', line: 20 }],
    claims: { counts: { holds: 4, contradicted: 0 }, unclaimed: [] },
  });
});
