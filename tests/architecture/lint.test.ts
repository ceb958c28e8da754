import { spawnSync } from 'node:child_process';
import { ROOT, sourceFiles } from './sources';

/** Each line breaks a ban of eslint.config.mjs once. */
const INEXACT = [
  'export const a = Math.pow(2, 3);',
  "export const b = Math['exp'](2);",
  'export const c = 10 ** -4;',
  'export let d = 2; d **= 3;',
  'export const { log } = Math;',
  'export const m = Math;',
  'export const e = [1].map(Math.sin);',
  'export const f = Math.random();',
];
const TERMINAL = ["process.stdout.write('x');", "console.log('x');"];
const FLOATING_PROMISE = ['Promise.resolve();'];

const ALLOWED = [
  'export const g = Math.fround(Math.sqrt(Math.SQRT2)) + Math.imul(2, 3);',
  'export const h = [4].map(Math.abs);',
];

/** ESLint is an ES module, which jest cannot load; one process lints all texts, because loading the types takes seconds. */
const LINT = `
  import { readFileSync } from 'node:fs';
  import { ESLint } from 'eslint';
  const eslint = new ESLint();
  const texts = JSON.parse(readFileSync(0, 'utf8'));
  const results = await Promise.all(texts.map(([filePath, text]) => eslint.lintText(text, { filePath })));
  console.log(JSON.stringify(results.map(([{ messages }]) => messages.map(({ line }) => line))));
`;

/** Lints lines as if they were the content of a file of `folder`; gives the numbers of those that are found fault with. */
function lintAs(texts: readonly { folder: string; lines: readonly string[] }[]): number[][] {
  // Typed lint knows only files that exist.
  const fileIn = (folder: string): string => sourceFiles().find(({ path }) => path.startsWith(folder))!.path;
  const input = JSON.stringify(
    texts.map(({ folder, lines }) => [`src/${fileIn(folder)}.ts`, lines.join('\n')]),
  );
  const args = ['--input-type=module', '--eval', LINT];
  const { stdout } = spawnSync(process.execPath, args, { cwd: ROOT, input, encoding: 'utf8' });
  return (JSON.parse(stdout) as number[][]).map((lines) => [...new Set(lines)].sort((a, b) => a - b));
}

test('the bans of design 3.1 and 2 hold where they should, and only there', () => {
  const decidingBits = [...INEXACT, ...ALLOWED];
  const elsewhere = [...TERMINAL, ...FLOATING_PROMISE, ...INEXACT];
  const all = (lines: readonly string[]): number[] => lines.map((_, i) => i + 1);
  expect(
    lintAs([
      { folder: 'engine/', lines: decidingBits },
      { folder: 'pytorch/random', lines: decidingBits },
      { folder: 'data/synthetic', lines: decidingBits },
      { folder: 'train/', lines: elsewhere },
    ]),
  ).toEqual([all(INEXACT), all(INEXACT), all(INEXACT), all([...TERMINAL, ...FLOATING_PROMISE])]);
});
