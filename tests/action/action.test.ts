import { spawnSync } from 'node:child_process';
import {
  chmod,
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  realpath,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The action's script, run as GitHub runs it: in a checkout, with its inputs in the environment. */

const ROOT = resolve(__dirname, '../..');
const KERAS = join(ROOT, 'fixtures/logs/keras');

let workspace: string;
beforeAll(async () => {
  workspace = await realpath(await mkdtemp(join(tmpdir(), 'assay-action-')));
  await mkdir(join(workspace, 'assay'));
  await writeFile(join(workspace, 'assay/study.json'), JSON.stringify(STUDY));
  const healthy = (await readdir(join(KERAS, 'healthy'))).filter((name) => name < 'seed-021.csv');
  const logs = healthy.map((name) => join(KERAS, 'healthy', name));
  const made = spawnSync(process.execPath, [join(ROOT, 'bin/assay.js'), 'bands', ...logs], {
    cwd: workspace,
  });
  expect(made).toMatchObject({ status: 0 });
  await mkdir(join(workspace, 'logs/deep/er'), { recursive: true });
  await copyFile(join(KERAS, 'healthy/seed-101.csv'), join(workspace, 'logs/a healthy one.csv'));
  await copyFile(join(KERAS, 'healthy/seed-102.csv'), join(workspace, 'logs/deep/er/good.csv'));
  await copyFile(join(KERAS, 'faults/lr-high/seed-201.csv'), join(workspace, 'logs/100%, [1]:\nbad.csv'));
});
afterAll(() => rm(workspace, { recursive: true }));

const STUDY = {
  name: 'keras',
  title: 'A study for tests',
  conditions: [],
  metrics: [
    { name: 'loss', kind: 'loss', better: 'lower', per: 'epoch' },
    { name: 'val_loss', kind: 'loss', better: 'lower', per: 'epoch' },
    { name: 'val_accuracy', kind: 'share', better: 'higher', per: 'epoch' },
  ],
  logs: { format: 'csv' },
  golden: 'golden',
};

interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly summary: string;
}

async function act(inputs: Record<string, string>, more: Record<string, string> = {}): Promise<Outcome> {
  const summaryFile = join(workspace, 'summary.md');
  await writeFile(summaryFile, 'of an earlier step\n');
  const named = Object.entries(inputs).map(([name, value]) => [
    `INPUT_${name.replace('-', '_').toUpperCase()}`,
    value,
  ]);
  const env = {
    ...process.env,
    GITHUB_WORKSPACE: workspace,
    GITHUB_ACTION_PATH: ROOT,
    GITHUB_STEP_SUMMARY: summaryFile,
    INPUT_JUNIT: 'assay.xml',
    ...(Object.fromEntries(named) as Record<string, string>),
    ...more,
  };
  const script = join(more.GITHUB_ACTION_PATH ?? ROOT, 'action/check.sh');
  // Somewhere else, as the step's own working directory says nothing.
  const { status, stdout } = spawnSync('bash', ['--noprofile', '--norc', script], {
    cwd: tmpdir(),
    env,
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  return { status, stdout, summary: await readFile(summaryFile, 'utf8') };
}

/** The lines that the runner takes for commands, between those that stop and start this. */
function commandsIn(stdout: string): string[] {
  let token: string | undefined;
  return stdout.split('\n').flatMap((line) => {
    const text = line.trimStart(); // as the runner does
    if (token !== undefined) {
      if (text === `::${token}::`) token = undefined;
      return [];
    }
    token = /^::stop-commands::(.*)/.exec(text)?.[1];
    return token === undefined && text.startsWith('::') ? [text] : [];
  });
}

test('logs that hold: 0, a summary behind what is there already, test results, no annotation', async () => {
  const { status, stdout, summary } = await act({ logs: 'logs/a healthy one.csv\n  logs/deep/*/*.csv  \n' });
  expect(stdout).toMatch(/^pass: logs\/a healthy one\.csv, [^]*^pass: logs\/deep\/er\/good\.csv, /m);
  expect(commandsIn(stdout)).toEqual([]);
  expect(status).toBe(0);
  expect(summary).toMatch(/^of an earlier step\n## logs\/a healthy one\.csv, .*: pass\n[^]*## logs\/deep/);
  expect(await readFile(join(workspace, 'assay.xml'), 'utf8')).toMatch(/<testsuites .*failures="0"/);
});

test('a log that does not: 1, and an annotation at the first finding, whatever the name of the file', async () => {
  const { status, stdout, summary } = await act({ logs: 'logs/*.csv' });
  expect(status).toBe(1);
  const commands = commandsIn(stdout);
  expect(commands).toHaveLength(1);
  for (const command of commands) {
    expect(command).toMatch(
      /^::error file=logs\/100%25%2C \[1\]%3A%0Abad\.csv,line=\d+,title=[^:,]*::line \d+, band: epoch/,
    );
  }
  expect(summary).toMatch(/: fail\n/);
  expect(summary).toMatch(/: pass\n/);
});

test('a file that two patterns match is judged once, and a name with brackets is a name', async () => {
  const { status, stdout } = await act({ logs: 'logs/a*.csv\nlogs/**/*.csv\nlogs/a healthy one.csv' });
  expect(stdout.match(/^(pass|fail): .*\.csv/gm)).toHaveLength(3);
  expect(stdout.match(/^(pass|fail): \d runs, together/gm)).toHaveLength(1);
  expect(status).toBe(1);
  await copyFile(join(KERAS, 'healthy/seed-103.csv'), join(workspace, 'logs/[b].csv'));
  expect(await act({ logs: 'logs/[b].csv' })).toMatchObject({ status: 0 });
  await rm(join(workspace, 'logs/[b].csv'));
});

test.each([
  [
    'a pattern without a match',
    { logs: 'logs/a*.csv\nlogs/nothing-*.csv' },
    "logs: no file matches 'logs/nothing-*.csv'",
  ],
  ['a path without a file', { logs: 'nothing-100%.csv' }, "logs: no file matches 'nothing-100%25.csv'"],
  ['no pattern', { logs: ' \n' }, 'logs: no path or pattern is given'],
  [
    'neither true nor false',
    { logs: 'logs/a*', 'allow-unjudged': 'yes' },
    "allow-unjudged: expected true or false, got 'yes'",
  ],
  ['a folder without the program', { logs: 'logs/a*', assay: 'logs' }, "assay: no bin/assay.js in 'logs'"],
])('%s: 2, and one annotation', async (_, inputs: Record<string, string>, message) => {
  const { status, stdout, summary } = await act(inputs);
  expect(status).toBe(2);
  expect(commandsIn(stdout)).toEqual([expect.stringContaining(`::error title=assay::${message}`)]);
  expect(summary).toBe('of an earlier step\n');
});

test('bad input to assay: 2, and its words as an annotation of one line', async () => {
  const { status, stdout } = await act({ logs: 'logs/a*', study: 'no/study' });
  expect(status).toBe(2);
  expect(commandsIn(stdout)).toEqual([
    expect.stringMatching(/^::error title=assay::error: not a study%0A.*no\/study/),
  ]);
});

test('a log that cannot be read does not hide the others', async () => {
  const { status, stdout, summary } = await act({ logs: 'logs/a*\nassay/study.json' });
  expect(status).toBe(2);
  expect(stdout).toMatch(/^pass: logs\/a healthy one/m);
  expect(commandsIn(stdout)).toEqual([expect.stringMatching(/^::error file=assay\/study\.json,/)]);
  expect(summary).toMatch(/a healthy one.*: pass/);
});

test('what could not be judged is red, unless it is allowed', async () => {
  const empty = join(workspace, 'other');
  await mkdir(empty);
  await writeFile(join(empty, 'study.json'), JSON.stringify(STUDY));
  const inputs = { logs: 'logs/a*', study: 'other', junit: '' };
  const red = await act(inputs);
  expect(red.status).toBe(1);
  expect(commandsIn(red.stdout)).toEqual([expect.stringMatching(/^::warning .*::no-reference/)]);
  expect(await act({ ...inputs, 'allow-unjudged': 'true' })).toMatchObject({ status: 0 });
});

test('conditions are given one a line', async () => {
  const folder = join(workspace, 'conditioned');
  await mkdir(folder);
  const conditions = [{ name: 'lr' }, { name: 'data', values: ['a b', 'c'] }];
  await writeFile(join(folder, 'study.json'), JSON.stringify({ ...STUDY, conditions }));
  const { stdout } = await act({ logs: 'logs/a*', study: 'conditioned', condition: 'lr=0.01\ndata=a b' });
  expect(stdout).toMatch(/lr 0\.01.*data a b.*\(as given\)/);
});

test('of what assay prints, only annotations are commands to the runner', async () => {
  const fake = join(workspace, 'fake/bin');
  await mkdir(fake, { recursive: true });
  const printed = [
    'fail: a log',
    '  ::add-mask::of the log',
    '::stop-commands::x',
    '::error file=a::found',
    '::warning ::unsure',
  ];
  await writeFile(
    join(fake, 'assay.js'),
    `console.log(${JSON.stringify(printed.join('\n'))}); process.exitCode = 1;\n`,
  );
  const { status, stdout } = await act({ logs: 'logs/a*', assay: 'fake' });
  expect(status).toBe(1);
  expect(stdout).toContain('::add-mask::of the log');
  expect(commandsIn(stdout)).toEqual(['::error file=a::found', '::warning ::unsure']);
});

test('judgements too long for a summary are not in it', async () => {
  const fake = join(workspace, 'long/bin');
  await mkdir(fake, { recursive: true });
  await writeFile(join(fake, 'assay.js'), "console.log('a judgement\\n'.repeat(100_000));\n");
  const { status, summary } = await act({ logs: 'logs/a*', assay: 'long' });
  expect(status).toBe(0);
  expect(summary).toBe(
    'of an earlier step\nThe judgements are too long for a summary; the log of the step has them.\n',
  );
});

test("the project's own assay goes before the action's, which is built where it is not", async () => {
  const says = (word: string): string => `console.log('${word}', process.argv[2], process.argv.at(-1));\n`;
  const action = join(workspace, 'action-checkout');
  await cp(join(ROOT, 'action'), join(action, 'action'), { recursive: true });
  const tools = join(workspace, 'tools');
  await mkdir(tools);
  // In place of the registry: what the build leaves.
  const build = `#!/bin/sh\necho "npm $*"\nmkdir -p dist/cli bin && : > dist/cli/main.js && echo "${says('built').trim()}" > bin/assay.js\n`;
  await writeFile(join(tools, 'npm'), build);
  await chmod(join(tools, 'npm'), 0o755);
  const environment = { GITHUB_ACTION_PATH: action, PATH: `${tools}:${process.env.PATH}` };
  const first = await act({ logs: 'logs/a*' }, environment);
  expect(first.stdout).toMatch(/^npm ci .*[^]*^built check logs\/a healthy one\.csv$/m);
  const second = await act({ logs: 'logs/a*' }, environment);
  expect(second.stdout).not.toMatch(/^npm/m);
  const own = join(workspace, 'node_modules/assay/bin');
  await mkdir(own, { recursive: true });
  await writeFile(join(own, 'assay.js'), says('own'));
  expect((await act({ logs: 'logs/a*' }, environment)).stdout).toMatch(/^own check logs/m);
  await rm(join(workspace, 'node_modules'), { recursive: true });
});

test('action.yml hands over each input by the name that the script reads', async () => {
  const yaml = await readFile(join(ROOT, 'action.yml'), 'utf8');
  const script = await readFile(join(ROOT, 'action/check.sh'), 'utf8');
  const [inputs, runs] = yaml.split(/^runs:$/m);
  const names = [...inputs.matchAll(/^ {2}([a-z-]+):$/gm)].map(([, name]) => name);
  const handed = [...runs.matchAll(/^ +INPUT_([A-Z_]+): \$\{\{ inputs\.([a-z-]+) \}\}$/gm)];
  expect(handed.map(([, , name]) => name)).toEqual(names);
  for (const [, variable, name] of handed) expect(variable).toBe(name.replace('-', '_').toUpperCase());
  const read = new Set([...script.matchAll(/\$\{?INPUT_([A-Z_]+)/g)].map(([, variable]) => variable));
  expect([...read].sort()).toEqual(handed.map(([, variable]) => variable).sort());
});
