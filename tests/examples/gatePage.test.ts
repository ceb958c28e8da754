import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonWith } from '../python/python';
import { say } from '../say';
import { isAsShown, ROOT, Shell, shownIn } from './shown';

/** docs/gate.md, run as it stands there. */

const page = readFileSync(join(ROOT, 'docs/gate.md'), 'utf8');
const [ownLines, sweep, keras, ci, trainer] = page
  .split(/^(?=## Lines|### Let|## Keras|## In CI|## The trainer)/m)
  .slice(1);

const python = pythonWith('random');
if (python === undefined) void say('not tested: docs/gate.md with lines of its own, as there is no Python 3');

/** Commands in turn, each of which may have to wait for a busy machine. */
jest.setTimeout(600_000);

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'assay-gate-')));
});
afterEach(() => rm(folder, { recursive: true }));

(python === undefined ? test.skip : test)(
  "an own trainer's lines, from an empty folder to red in CI",
  async () => {
    const shell = await Shell.open(folder, python ?? '');
    await writeFile(join(folder, 'train.py'), blockOf(trainer, 'python'));
    const shown = shownIn(ownLines);
    const red = shown.findIndex(({ command }) => command.startsWith('sed'));
    shell.expectAsShown(shown.slice(0, red));
    expect(inCi()).toBe(0);
    shell.expectAsShown(shown.slice(red));
    expect(inCi()).toBe(1);
    // What the page says to change.
    const file = join(folder, 'assay/study.json');
    const study = JSON.parse(await readFile(file, 'utf8')) as { logs: object };
    const { logs, ...changes } = JSON.parse(blockOf(sweep, 'json')) as { logs: object };
    await writeFile(file, JSON.stringify({ ...study, ...changes, logs: { ...study.logs, ...logs } }));
    shell.expectAsShown(shownIn(sweep));
  },
);

test("Keras' CSV, as it was recorded", async () => {
  const program = join(folder, 'recorded.sh');
  await writeFile(program, RECORDED);
  await chmod(program, 0o755);
  (await Shell.open(folder, program)).expectAsShown(shownIn(keras));
});

/** In place of Keras: train.py --seed SEED [--lr LR] --csv FILE. */
const RECORDED = `#!/bin/sh
set -e
examples='${join(ROOT, 'examples/keras-csv')}'
case $* in
  *--lr*) cp "$examples/new/broken.csv" "$7" ;;
  *'--seed 21 '*) cp "$examples/new/healthy.csv" "$5" ;;
  *) cp "$examples/assay/golden/runs/seed$3/log.csv" "$5" ;;
esac
`;

test('what is not as shown is seen', () => {
  expect(isAsShown(['a 1.0004', 'x', 'y', 'b'], ['a 1.0000', '…', 'b'])).toBe(true);
  expect(isAsShown(['a 1.01', 'b'], ['a 1.00', 'b'])).toBe(false);
  expect(isAsShown(['a', 'b'], ['a'])).toBe(false);
  expect(isAsShown(['a'], ['a', '…', 'b'])).toBe(false);
});

/** What the workflow's step with the action ends with. */
function inCi(): number | null {
  const [, logs] = /^ +logs: (.*)$/m.exec(blockOf(ci, 'yaml')) ?? [];
  const env = { ...process.env, GITHUB_WORKSPACE: folder, GITHUB_ACTION_PATH: ROOT, INPUT_LOGS: logs };
  return spawnSync('bash', [join(ROOT, 'action/check.sh')], { env }).status;
}

function blockOf(markdown: string, language: string): string {
  const [, block] = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'm').exec(markdown) ?? [];
  return block;
}
