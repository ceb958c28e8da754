import { cp, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { encodeSafetensors } from '../../src/pytorch/checkpoint/safetensors/write';
import { readWeights } from '../../src/train';
import { loadExperiment } from '../../src/experiment/load';
import { serializeRunRecord } from '../../src/run/record';
import { Laboratory, TINY } from './laboratory';

let lab: Laboratory;
beforeAll(async () => {
  lab = await Laboratory.open();
  await lab.run(['run', ...TINY, '--out', 'one']);
  await cp(lab.path('one/tiny_model.pth'), lab.path('model.pth'));
  const { parameters } = await readWeights(
    lab.path('model.pth'),
    await loadExperiment(lab.path('study/experiment.json')),
  );
  await writeFile(lab.path('model.safetensors'), encodeSafetensors(parameters));
});
afterAll(() => lab.close());

const HERE = ['--study', 'study', '--data', 'tiny'];

/** The last test line of the run that the model is from. */
async function testLine(): Promise<string> {
  const lines = (await readFile(lab.path('one/train.log'), 'utf8')).split('\n');
  return `${lines.filter((line) => line.startsWith('Test set:')).at(-1)}\n`;
}

describe('assay eval', () => {
  test.each(['model.pth', 'model.safetensors'])(
    '%s: the test line of the run that it is from',
    async (model) => {
      for (const engine of ['wasm', 'reference']) {
        const { exitCode, stdout, stderr } = await lab.run([
          'eval',
          model,
          ...HERE,
          '--engine',
          engine,
          '--out',
          `${model}-${engine}`,
        ]);
        expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: await testLine() });
        expect(stderr).toBe(`written to ${model}-${engine}/predictions.png\n`);
        expect(await readdir(lab.path(`${model}-${engine}`))).toEqual(['predictions.png']);
      }
    },
  );

  test('writes to a folder of its own, and never over an earlier one', async () => {
    for (const folder of ['runs/eval-model', 'runs/eval-model-2']) {
      expect((await lab.run(['eval', 'model.pth', ...HERE])).stderr).toBe(
        `written to ${folder}/predictions.png\n`,
      );
    }
    expect((await lab.run(['eval', 'model.pth', ...HERE, '--out', 'one'])).exitCode).toBe(2);
  });

  test('goes into an empty folder that one stands in', async () => {
    const cwd = lab.path('inside');
    await mkdir(cwd);
    const here = ['--study', lab.path('study'), '--data', lab.path('tiny')];
    const { exitCode } = await lab.run(['eval', lab.path('model.pth'), ...here, '--out', cwd], { cwd });
    expect(exitCode).toBe(0);
    expect(await readdir(cwd)).toEqual(['predictions.png']);
  });

  test('is refused before the evaluation where nothing can be written', async () => {
    const cwd = lab.path('full');
    await mkdir(cwd);
    await writeFile(lab.path('full/runs'), 'a file in the way');
    const here = ['--study', lab.path('study'), '--data', lab.path('tiny')];
    const { exitCode, stdout, stderr } = await lab.run(['eval', lab.path('model.pth'), ...here], { cwd });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/cannot be written\n +where: +runs\/eval-model\n/);
  });

  test('another model’s file: 2, with the tensors that do not fit', async () => {
    const { exitCode, stdout, stderr } = await lab.run(['eval', 'model.pth', '--data', 'tiny']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(
      /expected: conv1\.weight \[32, 1, 3, 3\].*\n.*got: .*no conv1\.weight.*unexpected: "conv\.weight" \[2, 1, 3, 3\]/,
    );
  });

  test.each([
    ['eval', 'one/checkpoint.safetensors'],
    ['run', '--lr', '0.01', '--init', 'one/checkpoint.safetensors'],
  ])('a run’s checkpoint to resume from, by assay %s: 2, and where its model is', async (...args) => {
    const { exitCode, stderr } = await lab.run([...args, ...HERE]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/checkpoint to resume from(.*\n)+ +hint: .* one\/tiny_model\.pth /);
  });

  test.each<[string, string | undefined, RegExp]>([
    ['no file', undefined, /does not exist/],
    ['a text', 'a text', /neither a file that torch.save wrote nor/],
    ['an empty file', '', /neither.*\n.*\n +got: +an empty file\n/],
  ])('%s: 2', async (name, content, message) => {
    if (content !== undefined) await writeFile(lab.path(name), content);
    const { exitCode, stderr } = await lab.run(['eval', name, ...HERE]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
  });
});

describe('assay run --init', () => {
  const init = ['--init', 'model.pth'];
  beforeAll(async () => {
    await lab.run(['run', ...TINY, ...init, '--out', 'continued']);
  });

  test('starts where the other run ended, and says so in the record', async () => {
    const [one, continued] = [await lab.record('one'), await lab.record('continued')];
    expect(continued.initialWeightsSha256).toBe(one.finalWeightsSha256);
    expect(continued.init?.name).toBe('model.pth');
    expect(one.init).toBeUndefined();
  });

  test('is verified with the same weights, from a file of either format', async () => {
    for (const model of ['model.pth', 'model.safetensors']) {
      const { exitCode, stdout } = await lab.run(['verify', 'continued', ...HERE, '--init', model]);
      expect({ exitCode, stdout }).toEqual({
        exitCode: 0,
        stdout: expect.stringMatching(/^pass: bitwise/) as string,
      });
    }
  });

  test.each<[string, string[], RegExp]>([
    ['without them', ['continued'], /--init <path of model\.pth, SHA-256 [0-9a-f]{64}>/],
    [
      'with others',
      ['continued', '--init', 'continued/tiny_model.pth'],
      /not the weights that the run started from/,
    ],
    ['of a run that drew its own', ['one', ...init], /drawn from its seed/],
  ])('is not verified %s: 2', async (_, args, message) => {
    const { exitCode, stderr } = await lab.run(['verify', ...args, ...HERE]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
  });

  test('compared with a run from the seed’s weights: not of one experiment', async () => {
    const { stdout } = await lab.run(['compare', 'one', 'continued', '--study', 'study', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ firstDivergence: { place: 'origin of the initial weights' } });
  });

  test('compared with another such run: the command that reproduces it says which file to start from', async () => {
    await lab.run(['run', ...TINY, ...init, '--seed', '2', '--out', 'other']);
    const { stdout } = await lab.run(['compare', 'continued', 'other', '--study', 'study', '--json']);
    const sha256 = (await lab.record('continued')).init?.sha256;
    const { reproduce } = JSON.parse(stdout) as { reproduce: string[] };
    expect(reproduce).toHaveLength(2);
    for (const command of reproduce)
      expect(command).toContain(` --init '<path of model.pth, SHA-256 ${sha256}>' `);
  });

  test('a record of a run from the seed’s weights is what it was', async () => {
    const text = await readFile(lab.path('one/run.json'), 'utf8');
    expect(text).not.toContain('"init"');
    expect(serializeRunRecord(await lab.record('one'))).toBe(text);
  });
});
