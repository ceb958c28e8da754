import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { say } from '../say';

const ROOT = resolve(__dirname, '../..');

/** A command of README.md, and what is shown of its output. */
interface Shown {
  readonly command: string;
  readonly output: readonly string[];
}

/** They take minutes, and run when a test runs. */
const SET_UP = ['npm ci', 'npm test'];

const blocks = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/^```(.*)\n([^]*?)^```/gm)];

/** All in blocks of code: in those of a shell each line is one, in others each line behind `$ `. */
const commands = blocks
  .flatMap(([, language, block]) =>
    (language === 'sh' ? block.replace(/^/gm, '$ ') : block).split(/^\$ /m).slice(1),
  )
  .map((text): Shown => {
    const [first, ...output] = text.trimEnd().split('\n');
    return { command: first.replace(/ +#.*$/, ''), output };
  })
  .filter(({ command }) => command !== '' && !SET_UP.includes(command));

/** What needs MNIST: a training on it, and a look at what it left. */
const needsMnist = ({ command }: Shown): boolean => command.includes('mnist');
const hasMnist = existsSync(join(process.env.ASSAY_DATA ?? '', 'mnist'));
if (!hasMnist) void say('not tested: the commands of README.md that train on MNIST, as ASSAY_DATA has none');

/** A training of one epoch, on a busy machine. */
jest.setTimeout(300_000);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-readme-'));
  symlinkSync(join(ROOT, 'fixtures'), join(folder, 'fixtures'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The lines that are shown, in their order; `…` stands for the rest of a line, or for lines that are left out. */
function missingFrom(output: readonly string[], printed: readonly string[]): string[] {
  let at = 0;
  let skips = false;
  return output.filter((line) => {
    if (line === '…') {
      skips = true;
      return false;
    }
    const start = line.replace(/ ?…$/, '');
    const found = printed.findIndex(
      (text, i) => i >= at && (start === line ? text.trimEnd() === line.trimEnd() : text.startsWith(start)),
    );
    const isThere = found >= 0 && (skips || found === at);
    if (isThere) [at, skips] = [found + 1, false];
    return !isThere;
  });
}

test('there are commands to try', () => {
  expect(commands.map(({ command }) => command.split(' ').slice(0, 3).join(' '))).toEqual([
    'npx assay audit',
    'npx assay init',
    'npx assay bands',
    'npx assay check',
    'npx assay run',
    expect.stringMatching(/^node -p /),
  ]);
});

describe.each(commands)('$command', (shown) => {
  (needsMnist(shown) && !hasMnist ? test.skip : test)('prints what README.md shows', () => {
    const words = shown.command.replace(/^npx assay/, `node ${join(ROOT, 'bin/assay.js')}`);
    const { stdout } = spawnSync('sh', ['-c', words], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
    expect(stdout).not.toBe('');
    expect(missingFrom(shown.output, stdout.split('\n'))).toEqual([]);
  });
});
