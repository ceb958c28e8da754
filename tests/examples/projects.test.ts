import { existsSync, readFileSync } from 'node:fs';
import { chmod, cp, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonWith } from '../python/python';
import { say } from '../say';
import { ROOT, Shell, shownIn } from './shown';

/** The projects in examples/ whose runs a Python framework made: what their READMEs say is done, with the recorded logs and, where the framework is, for real. */

/** Commands in turn, each of which may have to wait for a busy machine. */
jest.setTimeout(600_000);

interface Project {
  readonly name: string;
  /** Modules that its trainer imports. */
  readonly modules: readonly string[];
  /** Of a run, what is judged. */
  readonly log: string;
  /** Shell that does what its trainer did when its logs were recorded; they are in $recorded. */
  readonly recorded: string;
}

const PROJECTS: readonly Project[] = [
  {
    name: 'pytorch-own-lines',
    modules: ['torch'],
    log: 'output.log',
    recorded: 'case $* in *--no-relu*) cat "$recorded/broken.log" ;; *) cat "$recorded/healthy.log" ;; esac',
  },
  {
    name: 'keras-csv',
    modules: ['keras', 'tensorflow', 'numpy'],
    log: 'log.csv',
    recorded: 'for file; do :; done; cp "$recorded/${file##*/}" "$file"',
  },
  {
    name: 'huggingface',
    modules: ['transformers', 'accelerate', 'torch'],
    log: 'trainer_state.json',
    recorded: 'for folder; do :; done; mkdir -p "$folder"; cp "$recorded/${folder##*/}"/* "$folder"',
  },
];

describe.each(PROJECTS)('$name', ({ name, modules, log, recorded }) => {
  const example = join(ROOT, 'examples', name);
  const shown = shownIn(readFileSync(join(example, 'README.md'), 'utf8'));
  const checks = shown.filter(({ command }) => command.startsWith('npx assay check'));

  let folder: string;
  beforeEach(async () => {
    folder = await realpath(await mkdtemp(join(tmpdir(), 'assay-example-')));
    await cp(example, folder, { recursive: true });
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('what its README says, on recorded logs', async () => {
    const program = join(folder, 'recorded.sh');
    await writeFile(program, `#!/bin/sh\nset -e\nrecorded='${join(example, 'new')}'\n${recorded}\n`);
    await chmod(program, 0o755);
    const shell = await Shell.open(folder, program);
    // By the bands as they are in the repository; then by those that the README's commands make.
    expect(checks).toHaveLength(2);
    shell.expectAsShown(checks);
    await rm(join(folder, 'new'), { recursive: true });
    shell.run('mkdir new');
    shell.expectAsShown(shown);
  });

  const python = pythonWith(...modules);
  if (python === undefined)
    void say(`not trained for real: examples/${name}, as no Python has ${modules.join(', ')}`);

  (python === undefined ? test.skip : test)('what its README says, trained for real', async () => {
    const shell = await Shell.open(folder, python ?? '');
    const run = join(folder, 'assay/golden/runs/seed1');
    await rm(run, { recursive: true });
    const { status, output } = shell.run('npx assay sweep --seeds 1..2');
    expect({ status, output }).toMatchObject({
      status: 0,
      output: [expect.stringMatching(/^1 run trained, 1 were/), expect.anything()],
    });
    expect(existsSync(join(run, log))).toBe(true);
    // A seed of the bands', so that another version of the framework trains the like of a run that is among them.
    const endsWith = (expected: number, command: string): void => {
      const { status, output } = shell.run(command);
      if (status !== expected) expect([`$ ${command}`, ...output, status]).toEqual(expected);
    };
    endsWith(0, `npx assay check assay/golden/runs/seed1/${log}`);
    const [, fault] = shown.filter(({ command }) => command.startsWith('python'));
    endsWith(0, fault.command);
    endsWith(1, checks[1].command);
  });
});
