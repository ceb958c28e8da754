import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { loadExperiment } from '../../src/experiment/load';
import { Laboratory, sha256 } from './laboratory';

let laboratory: Laboratory;
beforeAll(async () => {
  laboratory = await Laboratory.open();
});
afterAll(() => laboratory.close());

const golden = (
  action: string,
  args: string[],
  environment: Record<string, string> = {},
): ReturnType<Laboratory['run']> =>
  laboratory.run(['golden', action, '--data', 'tiny', '--study', 'study', ...args], {
    environment: { CI: '', ...environment },
  });
const record = (reason: string, ...args: string[]): ReturnType<Laboratory['run']> =>
  golden('record', ['--reason', reason, ...args]);

interface Manifest {
  goldens: { name: string; reason: string; command: string; files: Record<string, string> }[];
}
const manifest = async (): Promise<Manifest> =>
  JSON.parse(await readFile(laboratory.path('study/golden/manifest.json'), 'utf8')) as Manifest;

const namesOf = (experiment: string): string[] =>
  ['lr0.01-full', 'lr0.01-short', 'lr0.1-full', 'lr0.1-short'].map((run) => `${experiment}/tiny-${run}`);
const NAMES = namesOf('tiny');

test('without goldens nothing is judged, and that is not a pass', async () => {
  const { exitCode, stdout } = await golden('verify', []);
  expect(exitCode).toBe(1);
  expect(stdout.match(/: no-reference/g)).toHaveLength(4);
});

test('in CI nothing is recorded', async () => {
  const before = await laboratory.entries();
  const { exitCode, stderr } = await golden('record', ['--reason', 'x'], { CI: 'true' });
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/not recorded in CI/);
  expect(await laboratory.entries()).toEqual(before);
});

test('a reason is asked for', async () => {
  expect((await golden('record', [])).exitCode).toBe(2);
  expect((await record(' ')).exitCode).toBe(2);
});

describe('once recorded', () => {
  beforeAll(async () => {
    expect((await record('the first ones')).stdout.match(/: new$/gm)).toHaveLength(4);
  });

  test('each has its files, digests, reason and a command that trains it', async () => {
    const { goldens } = await manifest();
    expect(goldens.map(({ name }) => name)).toEqual(NAMES);
    for (const { name, files, reason, command } of goldens) {
      expect(reason).toBe('the first ones');
      for (const [file, digest] of Object.entries(files)) {
        expect(sha256(await readFile(laboratory.path('study/golden/runs', name, file), 'utf8'))).toBe(digest);
      }
      const out = name.replace('/', '-');
      await laboratory.run([...command.split(' ').slice(2), '--out', out]);
      const log = await readFile(laboratory.path(out, 'train.log'), 'utf8');
      expect(log).toBe(await readFile(laboratory.path('study/golden/runs', name, 'train.log'), 'utf8'));
    }
  });

  test.each(['wasm', 'reference'])('they hold with the engine %s', async (engine) => {
    const { exitCode, stdout } = await golden('verify', ['--engine', engine]);
    expect({ exitCode, passes: stdout.match(/: pass: bitwise/g)?.length }).toEqual({
      exitCode: 0,
      passes: 4,
    });
  });

  test('recorded again, they are unchanged, and keep their reason', async () => {
    const before = await manifest();
    expect((await record('again')).stdout.match(/: unchanged$/gm)).toHaveLength(4);
    expect(await manifest()).toEqual(before);
  });

  test('those of another experiment stand beside them', async () => {
    const before = await manifest();
    const changes = { name: 'other', optimizer: { type: 'SGD', momentum: 0.9 } };
    await laboratory.writeStudy('other', changes, { golden: '../study/golden' });
    const other = ['--study', 'other'];
    expect((await golden('verify', other)).stdout.match(/: no-reference/g)).toHaveLength(4);
    expect((await record('another', ...other)).stdout.match(/^other\/.*: new$/gm)).toHaveLength(4);
    const { goldens } = await manifest();
    expect(goldens.map(({ name }) => name)).toEqual([...namesOf('other'), ...NAMES]);
    expect(goldens.filter(({ name }) => NAMES.includes(name))).toEqual(before.goldens);
    for (const options of [[], other]) expect((await golden('verify', options)).exitCode).toBe(0);
    await rm(laboratory.path('study/golden/runs/other'), { recursive: true });
    await writeFile(laboratory.path('study/golden/manifest.json'), JSON.stringify(before));
  });

  test('a folder that is called as another data set overwrites none of its goldens', async () => {
    const before = await laboratory.entries();
    await cp(laboratory.path('tiny'), laboratory.path('mnist'), { recursive: true });
    const { exitCode, stderr } = await record('x', '--data', './mnist');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: expect.stringMatching(/the golden tiny\/\.\/mnist-lr0\.01-short/) as string,
    });
    await rm(laboratory.path('mnist'), { recursive: true });
    expect(await laboratory.entries()).toEqual(before);
  });

  test('another arithmetic: verify names where, record shows how far each moved', async () => {
    await laboratory.writeStudy('study', {
      optimizer: { type: 'Adam', betas: [0.9, 0.998], eps: 1e-8 },
    });
    // As if the same experiment were computed otherwise.
    const { goldens } = await manifest();
    const { sha256: specSha256 } = await loadExperiment(laboratory.path('study/experiment.json'));
    for (const { name, files } of goldens) {
      const path = laboratory.path('study/golden/runs', name, 'run.json');
      const text = (await readFile(path, 'utf8')).replace(
        /("name": "tiny",\s+"sha256": ")\w{64}/,
        `$1${specSha256}`,
      );
      await writeFile(path, text);
      files['run.json'] = sha256(text);
    }
    await writeFile(laboratory.path('study/golden/manifest.json'), JSON.stringify({ goldens }));

    const verified = await golden('verify', ['--length', 'short', '--json']);
    expect(verified.exitCode).toBe(1);
    const [first] = JSON.parse(verified.stdout) as { comparison: { firstDivergence: { place: string } } }[];
    expect(first).toMatchObject({ name: 'tiny/tiny-lr0.01-short', verdict: 'fail' });
    expect(first.comparison.firstDivergence.place).toMatch(/^step [23]: loss$/);

    const text = (await golden('verify', ['--length', 'short'])).stdout;
    expect(text).toMatch(
      /replayed: +reference and (native|wasm) agree now: both changed since the golden was recorded/,
    );

    const { stdout } = await record('another beta', '--length', 'short');
    expect(stdout).toMatch(
      /tiny\/tiny-lr0.01-short: moved; .*\n(.*\n)*? {2}first divergence: step [23]: loss/,
    );
    expect(stdout).toMatch(
      /losses: \d\.\de[+-]\d+ apart at most, relatively, in step \d+\n {2}epoch 1: test loss [\d.]+ → [\d.]+/,
    );
    const now = (await manifest()).goldens;
    expect(now.map(({ name }) => name)).toEqual(NAMES);
    expect(now.map(({ reason }) => reason)).toEqual([
      'the first ones',
      'another beta',
      'the first ones',
      'another beta',
    ]);
  });

  test('what something else wrote there is refused', async () => {
    const path = laboratory.path('study/golden/runs/tiny/tiny-lr0.01-short/run.json');
    await writeFile(path, (await readFile(path, 'utf8')).replace('"threads": 1', '"threads": 2'));
    const { exitCode, stderr } = await golden('verify', ['--length', 'short']);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/changed by something else than `assay golden record`/);
  });
});
