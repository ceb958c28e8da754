import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, filesBelow, importCircles, importsOf, sourceFiles, type SourceFile } from './sources';

/**
 * Who may import whom. *Make* produces runs, *judge* weighs runs; they meet only at the border, so that a PyTorch log is
 * judged by exactly the code that judges ours. A folder may always import itself and `base`.
 */
const MAY_IMPORT: Record<string, readonly string[]> = {
  base: [],
  statistics: [],
  // the border
  experiment: [],
  study: ['experiment'],
  run: ['experiment', 'study'],
  logs: ['experiment', 'study', 'run'],
  // make
  data: ['experiment'],
  engine: ['experiment'],
  pytorch: ['experiment', 'engine/engine'],
  train: ['experiment', 'run', 'logs', 'data', 'pytorch', 'engine'],
  trainer: ['study', 'run'],
  jobs: ['experiment', 'run', 'logs', 'data', 'pytorch', 'engine', 'train'],
  // judge
  judge: ['experiment', 'study', 'run', 'statistics'],
  audit: ['experiment', 'study', 'run', 'logs', 'statistics', 'judge'],
  report: [
    'experiment',
    'study',
    'run',
    'statistics',
    'judge',
    'audit',
    'engine/engine',
    'train/divergence',
    'train/parting',
  ],
  // the face
  bench: ['*'],
  cli: ['*'],
  web: ['*'],
  jest: ['*'],
  entries: ['*'],
  index: ['*'],
};

const sources = sourceFiles();

describe('make and judge meet only at the border', () => {
  const folders = [...new Set(sources.map(({ path }) => folderOf(path)))];

  test('every folder of src has its rule', () => {
    expect(folders.filter((folder) => !(folder in MAY_IMPORT))).toEqual([]);
  });

  test.each(folders)('%s', (folder) => {
    const files = sources.filter(({ path }) => folderOf(path) === folder);
    expect(files.flatMap(forbiddenImports)).toEqual([]);
  });

  test('a forbidden import is seen, in each way of writing it', () => {
    const ways = [
      "import { train } from '../train';",
      "import type { RunOptions } from '../train/run';",
      "export * from '../engine/reference/engine';",
      "const data = await import('../data/load');",
      "const random = require('../pytorch/random/mt19937');",
      "type Options = import('../train').RunOptions;",
      "import { color } from '../cli/terminal';",
    ];
    const file = { path: 'judge/bands', imports: importsOf('judge/bands.ts', ways.join('\n')) };
    expect(forbiddenImports(file)).toHaveLength(ways.length);
  });

  test('an allowed import is not', () => {
    const text =
      "import { AssayError } from '../base/errors';\nimport type { RunRecord } from '../run/record';\nimport './bands';";
    const file = { path: 'judge/compare', imports: importsOf('judge/compare.ts', text) };
    expect(file.imports).toEqual(['base/errors', 'run/record', 'judge/bands']);
    expect(forbiddenImports(file)).toEqual([]);
  });
});

/** What a browser has too: these folders reach Node through `base` alone, in whose place `src/web/host` has its own. */
const OF_BOTH = [
  'statistics',
  'experiment',
  'study',
  'run',
  'logs',
  'judge',
  'audit',
  'report',
  'data',
  'engine',
  'pytorch',
  'train',
];

/** Of those folders, what only Node has: what finds and keeps files of data and weights, machine code, TensorFlow, pictures in PNG. */
const OF_NODE = [
  ...['data/cacheFolder', 'data/contactSheet', 'data/download', 'data/load', 'data/mnist', 'data/partFile'],
  ...[
    'data/synthetic/load',
    'engine/native',
    'engine/tfjs',
    'pytorch/checkpoint',
    'report/pictures',
    'study/find',
  ],
  'train/checkpoint',
];

const NODE = /\bfrom 'node:|\b(?:require|import)\('node:|\bprocess\.|\b__dirname\b|\bBuffer\b/;

test('judging and training reach Node through base alone', () => {
  const ofNode = sources.filter(({ path }) => OF_BOTH.includes(folderOf(path)) && NODE.test(codeOf(path)));
  const isOfNode = (path: string): boolean => OF_NODE.some((of) => path === of || path.startsWith(`${of}/`));
  expect(ofNode.map(({ path }) => path).filter((path) => !isOfNode(path))).toEqual([]);
});

test.each([
  "import { join } from 'node:path';",
  "await import('node:fs')",
  'process.env.X',
  'Buffer.alloc(1)',
])('a use of Node is seen: %s', (code) => {
  expect(NODE.test(code)).toBe(true);
});

test('no import leads in a circle, types aside', () => {
  const circle = ['a', 'b', 'c'].map((path, i) => ({
    path,
    imports: [],
    runtimeImports: [['b'], ['c'], ['b']][i],
  }));
  expect(importCircles(circle)).toEqual(['b → c → b']);
  expect(importCircles(sources)).toEqual([]);
});

test('the AssemblyScript kernels import only each other, and only exact arithmetic', () => {
  const folder = join(ROOT, 'src/engine/wasm/assembly');
  const files = filesBelow(folder).filter((path) => path.endsWith('.ts'));
  const offences = files.flatMap((path) => {
    const text = readFileSync(join(folder, path), 'utf8');
    const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
    const outside = importsOf(path, text).filter((target) => target.startsWith('..'));
    // relaxed SIMD and Math's functions may differ between machines (docs/numerics.md)
    const inexact = code.match(/\b(?:Native)?Mathf?\b|\*\*|\brelaxed_\w+/g) ?? [];
    return [...outside, ...inexact].map((offence) => `${path}: ${offence}`);
  });
  expect(offences).toEqual([]);
});

/** A file without its comments. */
function codeOf(path: string): string {
  const text = readFileSync(join(ROOT, 'src', `${path}.ts`), 'utf8');
  return text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*|\s\/\/ .*$/gm, '');
}

/** `judge/bands` is of `judge`; the file `index` counts as a folder. */
function folderOf(path: string): string {
  return path.split('/')[0];
}

function forbiddenImports({ path, imports }: Pick<SourceFile, 'path' | 'imports'>): string[] {
  const folder = folderOf(path);
  const allowed = [folder, 'base', ...(MAY_IMPORT[folder] ?? [])];
  const isAllowed = (target: string): boolean =>
    allowed.some((prefix) => prefix === '*' || target === prefix || target.startsWith(`${prefix}/`));
  return imports.filter((target) => !isAllowed(target)).map((target) => `${path} imports ${target}`);
}

/**
 * Words of single studies, which general code may not contain: it goes over the conditions and metrics of whatever study it is given.
 * Comments may give examples.
 */
const STUDY_WORDS =
  /\blrs?\b|learning.?rate|test.?loss|\baccuracy\b|accuracies|m-?nist|le-?net|repdl|digit-?classifier|0\.1307|0\.3081|\bten classes\b/gi;

const GENERAL = ['statistics', 'judge', 'audit', 'report', 'jobs', 'jest'];

/** What is about runs of our own trainer, which has one condition and two metrics; and names that study.json defines. */
const OF_OUR_TRAINER: Readonly<Record<string, readonly string[]>> = {
  'jobs/kinds/train': ['lr', 'testLoss', 'test loss'],
  'report/pictures/history': ['accuracy', 'accuracies', 'test loss', 'testLoss', 'testLosses'],
  // What is published of a run of ours: digests, and the share that is right.
  'audit/claims/claim': ['accuracy'],
  'audit/claims/published': ['accuracy'],
  // `chance.accuracy` of study.json: the metrics that a guess is told by.
  'judge/collapse': ['accuracy'],
};

test('general code names no condition, no metric and no data set', () => {
  const offences = sources
    .filter(({ path }) => GENERAL.includes(folderOf(path)))
    .flatMap(({ path }) => {
      const code = codeOf(path);
      const allowed = OF_OUR_TRAINER[path] ?? [];
      return (code.match(STUDY_WORDS) ?? [])
        .filter((word) => !allowed.some((known) => word.toLowerCase().startsWith(known.toLowerCase())))
        .map((word) => `${path}: ${word}`);
    });
  expect([...new Set(offences)]).toEqual([]);
});

test('a data set and an experiment of ours are named where they are known, and in no comment elsewhere', () => {
  const named = sources.filter(({ path }) => {
    const text = readFileSync(join(ROOT, 'src', `${path}.ts`), 'utf8');
    return !['data', 'bench'].includes(folderOf(path)) && /mnist|0\.1307|le-?net/i.test(text);
  });
  expect(named.map(({ path }) => path)).toEqual([]);
});

test('a word of a study is seen, wherever it stands in a line', () => {
  expect("const lr = 1; // 'x'\nif (name === 'test loss') …".match(STUDY_WORDS)).toEqual(['lr', 'test loss']);
});
