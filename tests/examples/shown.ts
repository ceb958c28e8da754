import { spawnSync } from 'node:child_process';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join, resolve } from 'node:path';

/** Commands of a page, with what the page says that they print. */

export const ROOT = resolve(__dirname, '../..');

/** Where pages say that they are; the folder of a test stands for it. */
const SHOWN_FOLDER = '/home/you/project';

export interface Shown {
  readonly command: string;
  /** Lines; one that is `…` alone stands for any number of lines. */
  readonly output: readonly string[];
}

/** The commands in blocks that are marked `console`, each behind `$ `. */
export function shownIn(markdown: string): Shown[] {
  const blocks = [...markdown.matchAll(/^```console\n([^]*?)^```$/gm)].map(([, block]) => block);
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((text) => {
        const [command, ...output] = text.trimEnd().split('\n');
        return { command, output };
      }),
  );
}

export interface Outcome {
  readonly status: number;
  /** What went to stdout and stderr, in its order. */
  readonly output: readonly string[];
}

/** A shell in the folder of a project that has assay installed. `$?` is of the command before. */
export class Shell {
  private last = 0;

  private constructor(
    private readonly folder: string,
    private readonly path: string,
  ) {}

  /** @param python the program that `python` and `python3` are to be */
  static async open(folder: string, python: string): Promise<Shell> {
    const programs = join(folder, 'node_modules/.bin');
    await mkdir(programs, { recursive: true });
    await symlink(ROOT, join(folder, 'node_modules/assay'));
    await symlink('../assay/bin/assay.js', join(programs, 'assay'));
    for (const name of ['python', 'python3']) {
      // No link, as Python finds the packages of a virtual environment by its own path.
      await writeFile(join(programs, name), `#!/bin/sh\nPATH=$ASSAY_TEST_PATH exec '${python}' "$@"\n`);
      await chmod(join(programs, name), 0o755);
    }
    return new Shell(folder, programs);
  }

  run(command: string): Outcome {
    const { ASSAY_CLOSING_WORDS: _, PATH = '', ...env } = process.env;
    // Without the user's own settings, which may put other programs first.
    const { status, stdout } = spawnSync(
      'bash',
      ['--norc', '-c', `exec 2>&1\n(exit ${this.last})\n${command}`],
      {
        cwd: this.folder,
        env: { ...env, ASSAY_TEST_PATH: PATH, PATH: `${this.path}${delimiter}${PATH}`, NO_COLOR: '1' },
        encoding: 'utf8',
      },
    );
    this.last = status ?? -1;
    const text = stdout.replaceAll(this.folder, SHOWN_FOLDER).trimEnd();
    return { status: this.last, output: text === '' ? [] : text.split('\n') };
  }

  /** Runs commands, one after the other, and holds what each prints against what is shown. */
  expectAsShown(shown: readonly Shown[]): void {
    expect(shown).not.toEqual([]);
    for (const { command, output } of shown) {
      const printed = this.run(command).output;
      if (!isAsShown(printed, output))
        expect([`$ ${command}`, ...printed]).toEqual([`$ ${command}`, ...output]);
    }
  }
}

/** Whether lines are those that are shown, up to the last digits of numbers: other machines have other exponential functions. */
export function isAsShown(lines: readonly string[], [expected, ...more]: readonly string[]): boolean {
  if (expected === undefined) return lines.length === 0;
  if (expected === '…') return [...lines, ''].some((_, i) => isAsShown(lines.slice(i), more));
  return lines.length > 0 && isLineAsShown(lines[0], expected) && isAsShown(lines.slice(1), more);
}

const NUMBER = /\d+(?:\.\d+)?/g;

function isLineAsShown(line: string, expected: string): boolean {
  const numbers = [line, expected].map((text) => (text.match(NUMBER) ?? []).map(Number));
  return (
    line.replace(NUMBER, '#') === expected.replace(NUMBER, '#') &&
    numbers[0].every((number, i) => Math.abs(number - numbers[1][i]) <= 2e-3 * Math.max(1, number))
  );
}
