import { writeFile } from 'node:fs/promises';
import { serializeRunRecord, type RunRecord } from '../../src/run/record';
import { Laboratory, TINY } from './laboratory';

let laboratory: Laboratory;
let record: RunRecord;
beforeAll(async () => {
  laboratory = await Laboratory.open();
  await laboratory.run(['run', ...TINY, '--out', 'one']);
  record = await laboratory.record('one');
});
afterAll(() => laboratory.close());

const verify = (...args: string[]): ReturnType<Laboratory['run']> => laboratory.run(['verify', ...args]);
const HERE = ['--study', 'study', '--data', 'tiny'];

/** The record with changes, in a file of its own. */
async function changed(name: string, changes: Partial<RunRecord>): Promise<string> {
  await writeFile(laboratory.path(name), serializeRunRecord({ ...record, ...changes }));
  return name;
}

test('a run that was recorded here holds, on either engine, and leaves nothing behind', async () => {
  const before = await laboratory.entries();
  for (const engine of ['wasm', 'reference']) {
    const { exitCode, stdout } = await verify('one/run.json', ...HERE, '--engine', engine);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(/^pass: bitwise/) as string,
    });
    expect(stdout).toMatch(
      /\n {2}record: +one\/run\.json: lr 0\.01, seed 1, data tiny, 2 epochs, engine \w+\n/,
    );
    expect(stdout).toContain(`  executed again:   engine ${engine}\n  equal:            all `);
  }
  expect(await laboratory.entries()).toEqual(before);
});

test('a run that was stopped within an epoch holds', async () => {
  await laboratory.run(['run', ...TINY, '--out', 'stopped', '--until-step', '8']);
  expect((await verify('stopped', ...HERE)).exitCode).toBe(0);
});

test.each<[string, (record: RunRecord) => Partial<RunRecord>, string]>([
  ['a loss', ({ losses }) => ({ losses: losses.with(4, 1) }), 'step 5: loss'],
  [
    'a digest',
    ({ epochs }) => ({ epochs: [{ ...epochs[0], weightsSha256: 'f'.repeat(64) }, epochs[1]] }),
    'epoch 1: weights',
  ],
  ['logits', () => ({ logitsSha256: 'f'.repeat(64) }), 'logits of the test set'],
  ['another seed than it was made with', () => ({ seed: 7 }), 'initial weights'],
])('%s that is not what comes out: 1, and named', async (_, change, place) => {
  const { exitCode, stdout } = await verify(await changed('changed.json', change(record)), ...HERE, '--json');
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ verdict: 'fail', tier: 'bitwise', firstDivergence: { place } });
});

test('what computed otherwise is named as the likely cause', async () => {
  const { environment, losses } = record;
  const versions = { assay: '0.0.9', deno: '2.9.6', v8: '15' };
  const other = { losses: losses.with(4, 1), environment: { ...environment, versions } };
  const { stdout } = await verify(await changed('older.json', other), ...HERE);
  expect(stdout).toMatch(/\n {2}likely cause: +another version of assay\n {4}A: 0\.0\.9\n {4}B: \d/);
  const same = await verify(await changed('same.json', { losses: losses.with(4, 1) }), ...HERE);
  expect(same.stdout).not.toMatch(/likely cause/);
  const equal = { environment: { ...environment, versions } };
  expect((await verify(await changed('equal.json', equal), ...HERE)).stdout).not.toMatch(/likely cause/);
});

test('tfjs says which backend computed, and a run that another one computed is told from it', async () => {
  const { stderr } = await laboratory.run(['run', ...TINY, '--engine', 'tfjs', '--out', 'near']);
  expect(stderr).toMatch(/^engine: tfjs, on its backend (tensorflow|wasm) \d+\.\d+\.\d+/m);
  const near = await laboratory.record('near');
  const { backend } = near.environment;
  expect(stderr).toContain(`${backend?.name} ${backend?.version}`);
  const environment = { ...near.environment, backend: { name: 'tensorflow', version: '0.0.1' } as const };
  const path = await changed('elsewhere.json', { ...near, losses: near.losses.with(4, 1), environment });
  const { stdout } = await verify(path, ...HERE);
  expect(stdout).toMatch(
    /^inconclusive: .*\n(.*\n)* {2}likely cause: +another backend of the engine\n {4}A: tensorflow 0\.0\.1\n/,
  );
});

test.each<[string, string[], RegExp]>([
  ['another experiment', ['one'], /not one of the experiment digit-classifier/],
  ['data that was not saved', ['one', '--study', 'study'], /--data <folder>/],
  ['a log', ['one/train.log', ...HERE], /not a record of a run/],
])('%s: 2', async (_, args, message) => {
  const { exitCode, stdout, stderr } = await verify(...args);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr).toMatch(message);
});

test('other data than the record’s: 2', async () => {
  const data = { ...record.data, sha256: 'f'.repeat(64) };
  const { exitCode, stderr } = await verify(await changed('other.json', { data }), ...HERE);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/not the data that the run was trained on/);
});
