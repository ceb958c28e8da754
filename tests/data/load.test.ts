import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ImageSet } from '../../src/data/dataset';
import { IDX_FILE_NAMES, sha256OfFiles, writeFiles } from '../../src/data/folder';
import { listDataSets, verifyDataSet } from '../../src/data/inventory';
import { KNOWN_SHA256, KNOWN_TEST_CLASS_COUNTS } from '../../src/data/known';
import { loadDataSet } from '../../src/data/load';
import { loadExperiment } from '../../src/experiment/load';
import type * as Generate from '../../src/data/synthetic/generate';
import { failureOf, smallFiles, smallSet, useFolder } from './support';

/** The same digits are drawn only once in this file, because drawing takes some seconds. */
jest.mock('../../src/data/synthetic/generate', () => {
  const actual = jest.requireActual<typeof Generate>('../../src/data/synthetic/generate');
  const drawn = new Map<string, ImageSet>();
  const generateDigits: typeof actual.generateDigits = (part, count, onImage) => {
    const set = drawn.get(`${part} ${count}`) ?? actual.generateDigits(part, count, onImage);
    drawn.set(`${part} ${count}`, set);
    onImage?.(count);
    return set;
  };
  return { ...actual, generateDigits };
});

const folder = useFolder();
const ownMnist = process.env.ASSAY_DATA;

function classCounts({ labels }: ImageSet): number[] {
  return Array.from({ length: 10 }, (_, label) => labels.filter((other) => other === label).length);
}

/** No test depends on the network, on this user's cache or on this user's data. */
beforeEach(() => {
  process.env.ASSAY_CACHE = join(folder(), 'cache');
  process.env.ASSAY_DATA = join(folder(), 'data');
  jest
    .spyOn(globalThis, 'fetch')
    .mockRejectedValue(new TypeError('fetch failed', { cause: new Error('no network') }));
});
afterEach(() => jest.restoreAllMocks());

describe('a folder', () => {
  test('is loaded under its name', async () => {
    const { files, digests } = smallFiles();
    await writeFiles(join(folder(), 'letters'), files);
    expect(await loadDataSet(join(folder(), 'letters', '/'))).toEqual({
      name: 'letters',
      sha256: sha256OfFiles(digests),
      train: smallSet(23),
      test: smallSet(5),
    });
  });

  test('is not MNIST only because it is called so', async () => {
    await writeFiles(join(folder(), 'mnist'), smallFiles().files);
    expect((await loadDataSet(join(folder(), 'mnist'))).name).toBe('./mnist');
    expect((await verifyDataSet(join(folder(), 'mnist'))).name).toBe('./mnist');
  });

  test('that is not there is told', async () => {
    const error = await failureOf(loadDataSet(join(folder(), 'nowhere')));
    expect(error).toMatchObject({ code: 'data-not-found', facts: { where: join(folder(), 'nowhere') } });
  });
});

describe('mnist', () => {
  test('a copy of the user with other bytes is refused, by the default rule too', async () => {
    await writeFiles(join(folder(), 'data', 'mnist'), smallFiles().files);
    for (const load of [
      () => loadDataSet('mnist'),
      () => loadDataSet(undefined),
      () => verifyDataSet('mnist'),
    ]) {
      expect(await failureOf(load())).toMatchObject({
        code: 'data-checksum-mismatch',
        facts: { where: join(folder(), 'data', 'mnist', IDX_FILE_NAMES[0]) },
      });
    }
    expect(fetch).not.toHaveBeenCalled();
  });

  test('a copy of the user that lacks a file is refused', async () => {
    await mkdir(join(folder(), 'data', 'mnist'), { recursive: true });
    await writeFile(join(folder(), 'data', 'mnist', IDX_FILE_NAMES[3]), '');
    expect(await failureOf(loadDataSet(undefined))).toMatchObject({ code: 'data-not-found' });
  });

  test('without a copy and without a network: an error with a way out', async () => {
    const { code, facts } = await failureOf(loadDataSet('mnist'));
    expect(code).toBe('data-download-failed');
    expect(facts.got).toBe('ossci-datasets.s3.amazonaws.com: no network; storage.googleapis.com: no network');
    expect(facts.hint).toContain('--data synthetic');
  });

  // MNIST itself is never committed, so this needs the user's own copy.
  (ownMnist ? test : test.skip)(
    'the real one is found, verified and named, in a folder of any name too',
    async () => {
      process.env.ASSAY_DATA = ownMnist;
      const notices: string[] = [];
      const dataSet = await loadDataSet(undefined, { onNotice: (line) => notices.push(line) });
      expect(notices).toEqual([`data: MNIST, from ${join(ownMnist as string, 'mnist')}`]);
      expect({ name: dataSet.name, sha256: dataSet.sha256 }).toEqual({
        name: 'mnist',
        sha256: KNOWN_SHA256.mnist,
      });
      expect([dataSet.train.count, dataSet.test.count, dataSet.train.height, dataSet.train.width]).toEqual([
        60_000, 10_000, 28, 28,
      ]);
      expect([...dataSet.test.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
      expect(classCounts(dataSet.test)).toEqual(KNOWN_TEST_CLASS_COUNTS.mnist);
      expect((await loadDataSet(join(ownMnist as string, 'mnist'))).name).toBe('mnist');
      expect((await verifyDataSet('mnist')).sha256).toBe(KNOWN_SHA256.mnist);
    },
  );
});

describe('synthetic digits', () => {
  const cached = (name: string): string => join(folder(), 'cache', 'synthetic', name);

  test('the experiment pins the same digits', async () => {
    const experiment = await loadExperiment(
      join(__dirname, '..', '..', 'spec', 'lr-experiment', 'experiment.json'),
    );
    expect(experiment.data.synthetic.sha256).toBe(KNOWN_SHA256.synthetic);
  });

  test('the default rule falls back to them, and says why; they are kept, and drawn again when damaged', async () => {
    const notices: string[] = [];
    let drawn = 0;
    const options = {
      onNotice: (line: string) => void notices.push(line),
      onProgress: (done: number) => void (drawn = done),
    };
    const first = await loadDataSet(undefined, options);
    expect(drawn).toBe(70_000);
    expect(notices).toEqual([
      `data: synthetic digits, because there is no good copy of MNIST in ${join(folder(), 'data', 'mnist')} ` +
        `or ${join(folder(), 'cache', 'mnist')}, and it cannot be downloaded: ` +
        `no mirror delivered train-images-idx3-ubyte.gz: ` +
        `ossci-datasets.s3.amazonaws.com: no network; storage.googleapis.com: no network`,
    ]);
    expect({ name: first.name, sha256: first.sha256 }).toEqual({
      name: 'synthetic',
      sha256: KNOWN_SHA256.synthetic,
    });
    expect(classCounts(first.test)).toEqual(KNOWN_TEST_CLASS_COUNTS.synthetic);

    drawn = 0;
    const second = await loadDataSet('synthetic', options);
    expect(drawn).toBe(0);
    expect(second.sha256).toBe(first.sha256);
    expect(Buffer.compare(second.train.images, first.train.images)).toBe(0);
    expect(Buffer.compare(second.test.labels, first.test.labels)).toBe(0);
    // the cache is a folder like any other, known by its content
    expect((await loadDataSet(join(folder(), 'cache', 'synthetic'))).name).toBe('synthetic');
    expect(await verifyDataSet('synthetic')).toMatchObject({ trainCount: 60_000, testCount: 10_000 });

    const damaged = await readFile(cached(IDX_FILE_NAMES[0]));
    damaged[40_000_000] ^= 1;
    await writeFile(cached(IDX_FILE_NAMES[0]), damaged);
    expect((await failureOf(verifyDataSet('synthetic'))).code).toBe('data-checksum-mismatch');
    const places = await listDataSets();
    expect(places.map(({ name, stored, problem }) => [name, stored?.sha256, problem?.code])).toEqual([
      ['mnist', undefined, undefined],
      ['synthetic', undefined, 'data-checksum-mismatch'],
    ]);

    await loadDataSet('synthetic', options);
    expect(drawn).toBe(70_000);
    expect((await listDataSets())[1].stored).toMatchObject({ sha256: KNOWN_SHA256.synthetic, height: 28 });
  });

  test('a cache folder that cannot be written is told, and stops nobody', async () => {
    await writeFile(join(folder(), 'cache'), 'in the way');
    const notices: string[] = [];
    const dataSet = await loadDataSet('synthetic', { onNotice: (line) => notices.push(line) });
    expect(dataSet.sha256).toBe(KNOWN_SHA256.synthetic);
    expect(notices).toHaveLength(1);
    expect(notices[0]).toContain('the synthetic digits are not kept for the next run: ');
  });
});

test('the list names every place that was looked at, also the empty ones', async () => {
  await writeFiles(join(folder(), 'data', 'mnist'), smallFiles().files);
  expect(await listDataSets()).toMatchObject([
    { name: 'mnist', folder: join(folder(), 'data', 'mnist'), problem: { code: 'data-checksum-mismatch' } },
    { name: 'mnist', folder: join(folder(), 'cache', 'mnist') },
    { name: 'synthetic', folder: join(folder(), 'cache', 'synthetic') },
  ]);
});
