import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { exitCodeOf, Stopped, coloursFor } from '../../src/cli/failure';
import { count, learningRate, learningRates, seed, seedRange, seeds, threads } from '../../src/cli/numbers';
import { createProgram } from '../../src/cli/program';
import type { EngineOptions } from '../../src/engine/engine';
import { createWasmEngine } from '../../src/engine/wasm';
import { AssayError } from '../../src/base/errors';
import { refusal } from '../refusal';
import { fc, test as property } from '@fast-check/jest';

const ROOT = resolve(__dirname, '../..');
const COMMANDS = [
  'init',
  'bands',
  'check',
  'power',
  'compare',
  'equivalence',
  'audit',
  'alternatives',
  'find-seed',
  'reproduce',
  'run',
  'eval',
  'verify',
  'golden verify',
  'golden record',
  'sweep',
  'worker',
  'serve',
  'data list',
  'data fetch',
  'data verify',
  'completion',
  'help',
];

describe('help', () => {
  test.each(['', ...COMMANDS])('assay %s --help ends with an example', (command) => {
    const args = ['bin/assay.js', ...command.split(' ').filter(Boolean), '--help'];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const example = /\nExamples?:\n {2}\$ npx (assay .*)\n/.exec(stdout)?.[1];
    expect(example).toContain(`assay ${command}`.trim());
  });

  const assay = (...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, ['bin/assay.js', ...args], { cwd: ROOT, encoding: 'utf8' });

  test.each([
    [[], ['--help']],
    [['help'], ['--help']],
    [['golden'], ['golden', '--help']],
    [['data'], ['data', '--help']],
    [
      ['help', 'run'],
      ['run', '--help'],
    ],
    [
      ['help', 'golden', 'verify'],
      ['golden', 'verify', '--help'],
    ],
    [
      ['help', 'run', 'more'],
      ['run', '--help'],
    ],
  ])('assay %j prints what %j does', (args, same) => {
    expect(assay(...args)).toMatchObject({ status: 0, stdout: assay(...same).stdout, stderr: '' });
  });

  test.each([
    [['help', 'chek'], 'check'],
    [['help', 'golden', 'verfy'], 'verify'],
    [['chek'], 'check'],
  ])('assay %j names the word, and suggests %s', (args, suggestion) => {
    const { status, stdout, stderr } = assay(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(`unknown command '${args.at(-1)}'`);
    expect(stderr).toMatch(new RegExp(`hint: +did you mean ${suggestion}\\?`));
  });

  test('assay alone shows each command in one line of a narrow terminal', () => {
    const { stdout } = assay();
    const names = new Set(COMMANDS.map((command) => command.split(' ')[0]));
    const lines = stdout.split('\n').filter((line) => names.has(/^ {2}([\w-]+) {2}/.exec(line)?.[1] ?? ''));
    expect(lines).toHaveLength(names.size);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(70);
  });

  test('find-seed --help prints its default as one types it', () => {
    const findSeed = createProgram().commands.find((command) => command.name() === 'find-seed');
    expect(findSeed?.helpInformation()).toMatch(/\(default:\s+0\.\.99999\)/);
  });

  test('every command is listed here', () => {
    const names = createProgram().commands.flatMap((command) => [
      ...(command.commands.length === 0 ? [command.name()] : []),
      ...command.commands.map((subcommand) => `${command.name()} ${subcommand.name()}`),
    ]);
    expect(names).toEqual(COMMANDS);
  });

  test('loads nothing that takes long to load', () => {
    const list = 'process.on("exit", () => console.error(JSON.stringify(Object.keys(require.cache))))';
    const code = `${list}; process.argv.push("--help"); require("./bin/assay.js")`;
    const { stderr } = spawnSync(process.execPath, ['-e', code], { cwd: ROOT, encoding: 'utf8' });
    const loaded = (JSON.parse(stderr) as string[]).map((path) =>
      path.replace(/^.*(?=\/node_modules\/)/, ROOT).slice(ROOT.length + 1),
    );
    const allowed =
      /^(bin|dist\/cli|dist\/(base\/(errors|files|holder|json|lock|optional|paths|printable|printf|sha256|utf8|version|words)|data\/(dataset|names)|experiment\/(rng|seed)|logs\/heading|report\/text\/\w+|run\/run|study\/metrics|judge\/check\/finding)\.js|node_modules\/(commander|@commander-js|picocolors|string-width|strip-ansi|ansi-regex|is-fullwidth-code-point|emoji-regex)\/)/;
    expect(loaded.filter((path) => !allowed.test(path))).toEqual([]);
    expect(loaded).toContain('dist/cli/main.js');
  });
});

test('assay --version prints the version of the package', () => {
  const { stdout } = spawnSync(process.execPath, ['bin/assay.js', '--version'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const { version } = jest.requireActual<{ version: string }>('../../package.json');
  expect(stdout).toBe(`${version}\n`);
});

test.each<[string, true | undefined, Record<string, string>, boolean]>([
  ['on a terminal', true, {}, true],
  ['on a terminal, with NO_COLOR', true, { NO_COLOR: '1' }, false],
  ['on a terminal, with FORCE_COLOR=0', true, { FORCE_COLOR: '0' }, false],
  ['elsewhere, even in CI', undefined, {}, false],
  ['elsewhere, with FORCE_COLOR', undefined, { FORCE_COLOR: '1' }, true],
  ['elsewhere, with FORCE_COLOR and NO_COLOR', undefined, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
])('colours: %s', (_, isTTY, environment, isColoured) => {
  const before = { ...process.env };
  try {
    delete process.env.NO_COLOR;
    delete process.env.FORCE_COLOR;
    Object.assign(process.env, { CI: '1', ...environment });
    expect(coloursFor({ isTTY }).red('x') !== 'x').toBe(isColoured);
  } finally {
    process.env = before;
  }
});

const LOG = 'fixtures/torch/oracle/lr0.001_seed1.log';

test.each([
  [['audit', '--summary']],
  [['audit']],
  [['check', LOG]],
  [['check', '--only', 'format', 'nowhere.log']],
  [['compare', LOG, LOG]],
  [['verify', 'nowhere']],
  [['nonsense']],
])('assay %j has colours where they are wanted, and says the same', (args) => {
  const { NO_COLOR: _, ...environment } = process.env;
  const said = [{ FORCE_COLOR: '1' }, { FORCE_COLOR: '0' }].map((wanted) => {
    const options = { cwd: ROOT, encoding: 'utf8', env: { ...environment, ...wanted } } as const;
    const { stdout, stderr } = spawnSync(process.execPath, ['bin/assay.js', ...args], options);
    return stdout + stderr;
  });
  expect(said[0]).not.toBe(said[1]);
  expect(stripVTControlCharacters(said[0])).toBe(said[1]);
});

test.each([
  [['chek', '--json'], 'usage'],
  [['verify', 'nowhere', '--json'], 'file-not-found'],
  [['compare', LOG, 'nowhere', '--json'], 'file-not-found'],
  [['audit', 'nowhere', '--json'], 'file-not-found'],
  [['data', 'verify', 'nowhere', '--json'], 'data-not-found'],
])('assay %j says its error as JSON, too', (args, code) => {
  const options = { cwd: ROOT, encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, ['bin/assay.js', ...args], options);
  expect(status).toBe(2);
  const { error } = JSON.parse(stdout) as { error: { code: string; what: string } };
  expect(error.code).toBe(code);
  expect(stderr).toContain(`error: ${error.what}\n`);
});

test('assay check --json prints one document, with what cannot be read in it', () => {
  const args = ['bin/assay.js', 'check', LOG, 'nowhere', '--json'];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  expect(status).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject([
    { verdict: 'pass' },
    { path: 'nowhere', error: { code: 'file-not-found' } },
  ]);
});

describe('exit codes', () => {
  let said: string[];
  beforeEach(() => {
    said = [];
    jest.spyOn(console, 'error').mockImplementation((line: string) => void said.push(line));
  });
  afterEach(() => jest.restoreAllMocks());

  test('bad input is 2, without a stack', () => {
    expect(exitCodeOf(new AssayError('usage', { what: 'no', hint: 'yes' }))).toBe(2);
    expect(said).toEqual(['error: no\n  hint:     yes']);
  });

  test('anything else is our bug: 3, with its stack', () => {
    expect(exitCodeOf(new TypeError('undefined is not a function'))).toBe(3);
    expect(said[0]).toMatch(/^a bug in assay: TypeError: undefined is not a function\n +at /);
    expect(exitCodeOf('a string')).toBe(3);
  });

  test('a stop is 128 + the number of its signal', () => {
    const codes = (['SIGINT', 'SIGPIPE', 'SIGTERM'] as const).map((signal) =>
      exitCodeOf(new Stopped(signal, 'saved')),
    );
    expect(codes).toEqual([130, 141, 143]);
    expect(said).toEqual(['saved', 'saved', 'saved']);
  });
});

describe('numbers', () => {
  property.prop([fc.double({ min: 1e-300, noNaN: true, noDefaultInfinity: true })])(
    'a learning rate reads back as JavaScript prints it',
    (value) => expect(learningRate(String(value))).toBe(value),
  );
  property.prop([fc.maxSafeNat()])('so does a seed', (value) => expect(seed(String(value))).toBe(value));

  test.each([
    '',
    ' ',
    '1 ',
    '0x1',
    '1_0',
    '1e',
    'e1',
    '.',
    '+1',
    '-1',
    '1,5',
    'NaN',
    'Infinity',
    '1e999',
    '1e-999',
    '0',
    '१',
  ])("'%s' is no learning rate", (text) => expect(() => learningRate(text)).toThrow(AssayError));
  test.each(['', ' 1', '-1', '1.0', '1e3', '0x1', '9007199254740992'])("'%s' is no seed", (text) => {
    expect(() => seed(text)).toThrow(AssayError);
  });
  test.each([
    ['seeds', '1..b', seeds, '--seeds'],
    ['seeds', '3..1', seeds, '--seeds'],
    ['a range', 'a..b', seedRange('--range'), '--range'],
    ['a range', '1..2..3', seedRange('--range'), '--range'],
    ['learning rates', '0.1,b', learningRates, '--lrs'],
  ])("%s are not '%s', in the words of their option", (_, text, parse, option) => {
    const error = refusal(() => parse(text));
    expect(error?.facts).toMatchObject({ what: `${option} has no valid value`, got: `'${text}'` });
  });
  test('seeds, ranges and learning rates are read', () => {
    expect(seeds('3..5,1,4')).toEqual([1, 3, 4, 5]);
    expect(seedRange('--range')('2..7')).toEqual({ from: 2, to: 7 });
    expect(learningRates('0.1,1e-3')).toEqual([0.1, 0.001]);
  });

  test('as many threads are taken as the engine takes', async () => {
    expect([threads('1'), threads('64')]).toEqual([1, 64]);
    for (const text of ['0', '65', '1.5', '0x2']) expect(() => threads(text)).toThrow(/--threads/);
    const tooMany = createWasmEngine({ threads: 65 } as EngineOptions);
    const { facts } = (await tooMany.catch((error: unknown) => error)) as AssayError;
    expect(facts.expected).toBe(refusal(() => threads('65'))?.facts.expected);
  });

  test.each(['0', '-1', '1.5', 'all'])("'%s' is no count", (text) => {
    expect(() => count('--epochs')(text)).toThrow(/--epochs/);
  });
});
