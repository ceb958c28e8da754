import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { say } from '../say';

const PROGRAM = resolve(__dirname, '../../bin/assay.js');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-completion-'));
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { status, stdout } = spawnSync(process.execPath, [PROGRAM, 'completion', shell], {
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    writeFileSync(join(folder, shell), stdout);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What the last of some words is completed to; each shell is asked as it asks the script. */
const COMPLETE: Record<string, (words: readonly string[]) => string> = {
  bash: (words) => `source ./bash; ${asked(words)}`,
  zsh: (words) =>
    `autoload -U compinit; compinit -D; source ./zsh; ask() { emulate -L sh; ${asked(words)}; }; ask`,
  fish: (words) => `source fish; complete -C '${words.join(' ')}' | string split -f 1 \\t`,
};

function asked(words: readonly string[]): string {
  const array = words.map((word) => `'${word}'`).join(' ');
  return `COMP_WORDS=(${array}); COMP_CWORD=${words.length - 1}; _assay; printf '%s\\n' "\${COMPREPLY[@]}"`;
}

/** zsh itself leaves out what does not begin so; options are only counted where one was begun. */
function isCompletionOf(begun: string, word: string): boolean {
  return begun === '' ? !word.startsWith('-') : word.startsWith(begun);
}

const NO_CONFIGURATION: Record<string, string> = { bash: '--norc', zsh: '-f', fish: '--no-config' };

describe.each(Object.keys(COMPLETE))('%s', (shell) => {
  const completed = (...words: string[]): string[] | undefined => {
    const args = [NO_CONFIGURATION[shell], '-c', COMPLETE[shell](words)];
    const { error, stdout, stderr } = spawnSync(shell, args, { cwd: folder, encoding: 'utf8' });
    if (error !== undefined) return undefined;
    expect(stderr).toBe('');
    return stdout.trimEnd().split('\n').filter(Boolean).sort();
  };

  test.each([
    [['assay', 'ch'], ['check']],
    [['assay', 'golden', 'ver'], ['verify']],
    [['assay', 'golden', 'verify', '--len'], ['--length']],
    [
      ['assay', 'golden', 'verify', '--length', ''],
      ['full', 'short'],
    ],
    [['assay', 'run', '--lr', '0.1', '--engine', 'w'], ['wasm']],
    [
      ['assay', 'check', '--only', 'p'],
      ['paired', 'protocol'],
    ],
    [
      ['assay', 'completion', ''],
      ['bash', 'fish', 'zsh'],
    ],
  ])('%j', async (words, expected) => {
    const found = completed(...words);
    if (found === undefined) await say(`not run: the completion of ${shell}, which is not installed`);
    else expect(found.filter((word) => isCompletionOf(words.at(-1) ?? '', word))).toEqual(expected);
  });
});
