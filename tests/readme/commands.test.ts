import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');

/** A command of README.md, and what is shown of its output. */
interface Shown {
  readonly command: string;
  readonly output: readonly string[];
}

/** Those of `npx assay` in blocks of code; what trains takes longer than a minute, and has tests of its own. */
const commands = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/^```\n(\$ [^]*?)^```/gm)]
  .flatMap(([, block]) => block.split(/^(?=\$ )/m))
  .map((text): Shown => {
    const [first, ...output] = text.trimEnd().split('\n');
    return { command: first.slice(2), output };
  })
  .filter(({ command }) => /^npx assay (audit|init|bands|check)/.test(command));

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
  expect(commands.map(({ command }) => command.split(' ')[2])).toEqual(['audit', 'init', 'bands', 'check']);
});

test.each(commands)('$command prints what README.md shows', ({ command, output }) => {
  const words = `node ${join(ROOT, 'bin/assay.js')}${command.slice('npx assay'.length)}`;
  const { stdout } = spawnSync('sh', ['-c', words], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  expect(missingFrom(output, stdout.split('\n'))).toEqual([]);
});
