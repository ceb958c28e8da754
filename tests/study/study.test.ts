import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readManifest } from '../../src/judge/golden';
import { findStudy } from '../../src/study/find';
import { loadStudy } from '../../src/study/load';
import { checkWritable } from '../../src/study/store';
import { refusal } from '../refusal';

const LOSS = { name: 'loss', kind: 'loss', better: 'lower', per: 'step' };
const STUDY = {
  ...{ name: 'mine', title: 'Mine', golden: 'kept' },
  conditions: [{ name: 'lr' }],
  metrics: [LOSS],
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-study-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(name: string, study: unknown): Promise<string> {
  const path = join(folder, name);
  await mkdir(path, { recursive: true });
  await writeFile(join(path, 'experiment.json'), '{}');
  await writeFile(join(path, 'study.json'), typeof study === 'string' ? study : JSON.stringify(study));
  return path;
}

describe('loading a study', () => {
  test('gives the paths of what it names', async () => {
    const path = await write('whole', { ...STUDY, golden: '../golden/mine', claims: 'experiment.json' });
    expect(await loadStudy(path)).toEqual({
      ...{ name: 'mine', title: 'Mine', isDefault: false, level: 0.95, logs: {} },
      conditions: [{ name: 'lr' }],
      metrics: [{ ...LOSS, decimals: 4 }],
      experiment: join(path, 'experiment.json'),
      golden: join(folder, 'golden/mine'),
      claims: join(path, 'experiment.json'),
    });
  });

  test('names every fault at once, with its path, what was expected and what was there', async () => {
    const path = await write('faulty', {
      name: 'Not a name',
      tittle: 'Mine',
      golden: 3,
      claims: 'none.json',
    });
    const error = await loadStudy(path).catch((error: unknown) => error);
    expect(error).toMatchObject({ code: 'study-invalid', facts: { where: join(path, 'study.json') } });
    const { message } = error as Error;
    expect(message).toContain('got:      7 faults: ');
    for (const key of ['title', 'conditions', 'metrics'])
      expect(message).toContain(`$: expected key '${key}', got name, tittle, golden, claims`);
    expect(message).toMatch(/golden, report, claims, rules, trace, readings\S* got unknown key 'tittle'/);
    expect(message).toContain('; name: expected match pattern "^[a-z0-9-]+$", got "Not a name"');
    expect(message).toContain('; golden: expected string, got 3');
    expect(message).toContain(`; claims: expected a file, got no file ${join(path, 'none.json')}`);
  });

  test.each([
    ['of one fault', { ...STUDY, title: '' }, 'study-invalid', ', title'],
    ['that is a list', [], 'study-invalid', '$'],
    ['that is not JSON', '{', 'json-syntax', 'study.json'],
  ])('%s is refused', async (name, study, code, where) => {
    const path = await write(name, study);
    await expect(loadStudy(path)).rejects.toMatchObject({
      code,
      facts: { where: expect.stringContaining(where) as string },
    });
  });

  test('has its experiment where there is one, and what is left out is the usual', async () => {
    const path = await write('logs', {
      ...STUDY,
      metrics: [LOSS, { name: 'accuracy', kind: 'percent', better: 'higher', per: 'epoch' }],
      chance: { classes: 10, accuracy: ['accuracy'] },
    });
    await rm(join(path, 'experiment.json'));
    const study = await loadStudy(path);
    expect(study).not.toHaveProperty('experiment');
    expect(study.metrics.map(({ decimals }) => decimals)).toEqual([4, 2]);
    expect(study.chance).toEqual({ classes: 10, crossEntropy: [], accuracy: ['accuracy'] });
  });

  test('that says a thing twice, or names what is not there, is refused', async () => {
    const path = await write('contradicting', {
      ...STUDY,
      conditions: [{ name: 'lr' }, { name: 'lr' }],
      metrics: [LOSS, LOSS],
      chance: { classes: 10, crossEntropy: ['loss', 'test loss'], accuracy: ['accuracy'] },
    });
    const { message } = (await loadStudy(path).catch((error: unknown) => error)) as Error;
    expect(message).toContain('4 faults: ');
    expect(message).toContain('conditions[1].name: expected a name of its own, got "lr"');
    expect(message).toContain('metrics[1].name: expected a name of its own, got "loss"');
    expect(message).toContain('chance.crossEntropy[1]: expected loss, loss, got "test loss"');
    expect(message).toContain('chance.accuracy[0]: expected loss, loss, got "accuracy"');
  });

  test('is read in time, whatever is in it, and its message can be read', async () => {
    const many = <T>(of: (i: number) => T): T[] => Array.from({ length: 60_000 }, (_, i) => of(i));
    const settings = await write('settings', {
      ...STUDY,
      conditions: [{ name: 'lr', values: [...many(Number), ...many((i) => `${i}`)] }],
    });
    expect((await loadStudy(settings)).conditions[0].values).toHaveLength(120_000);
    for (const faults of [
      { metrics: many(() => 0) },
      { conditions: many(() => ({ name: 'a' })) },
      { chance: { classes: 2, accuracy: many(() => 'none') } },
    ]) {
      const error = await loadStudy(await write('faults', { ...STUDY, ...faults })).catch(
        (error: unknown) => error,
      );
      expect(error).toMatchObject({ code: 'study-invalid' });
      const { message } = error as Error;
      expect(message).toMatch(/got: {6}(59999|60000) faults: /);
      expect(message.length).toBeLessThan(10_000);
    }
    await expect(loadStudy(await write('large', { ...STUDY, title: 'a'.repeat(2 ** 20) }))).rejects.toThrow(
      'the file is too large',
    );
  });

  test('of a folder without one, or of a file, is refused', async () => {
    for (const path of [folder, join(folder, 'whole/study.json')])
      await expect(loadStudy(path)).rejects.toMatchObject({
        code: 'file-not-found',
        facts: { where: path, expected: 'a folder with study.json in it' },
      });
  });
});

describe('finding a study', () => {
  test('the one that is named, then assay/ here or above, then the one that comes with assay', async () => {
    await mkdir(join(folder, 'project/src/deep'), { recursive: true });
    const deep = join(folder, 'project/src/deep');
    expect(await findStudy(undefined, deep)).toMatchObject({ name: 'lr-experiment', isDefault: true });
    await write('project/assay', { ...STUDY, name: 'above' });
    expect(await findStudy(undefined, deep)).toMatchObject({ name: 'above', isDefault: false });
    await write('project/src/assay', { ...STUDY, name: 'nearer' });
    expect((await findStudy(undefined, deep)).name).toBe('nearer');
    expect((await findStudy(await write('named', { ...STUDY, name: 'named' }), deep)).name).toBe('named');
  });

  test('only the one that nobody named is not written to', async () => {
    const study = await findStudy(undefined, folder);
    expect(refusal(() => checkWritable(study, 'assay sweep', '--study or --out'))).toMatchObject({
      code: 'study-read-only',
      facts: { where: study.golden, hint: 'give --study or --out' },
    });
    const named = await loadStudy(join(__dirname, '../../spec/lr-experiment'));
    expect(refusal(() => checkWritable(named, 'assay sweep', '--study or --out'))).toBeUndefined();
  });
});

test('a study has goldens of its experiment alone', async () => {
  for (const [study, experiment] of [
    ['lr-experiment', 'digit-classifier'],
    ['lenet', 'lenet'],
  ]) {
    const { golden } = await loadStudy(join(__dirname, '../../spec', study));
    const { goldens } = await readManifest(golden);
    expect(goldens.length).toBeGreaterThan(0);
    expect(goldens.filter(({ name }) => !name.startsWith(`${experiment}/`))).toEqual([]);
  }
});
