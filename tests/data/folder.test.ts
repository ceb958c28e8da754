import { execFileSync } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import {
  dataSetOfFiles,
  digestsOf,
  encodeFiles,
  IDX_FILE_NAMES,
  readFiles,
  sha256OfFiles,
  writeFiles,
} from '../../src/data/folder';
import { encodeIdx } from '../../src/data/idx';
import { failureOf, smallFiles, smallSet, useFolder } from './support';

const folder = useFolder();

test('reads back what it wrote, and nothing else is in the folder', async () => {
  await writeFiles(join(folder(), 'new', 'set'), smallFiles().files);
  const dataSet = dataSetOfFiles('set', await readFiles(join(folder(), 'new', 'set')));
  expect(dataSet).toMatchObject({ name: 'set', train: smallSet(23), test: smallSet(5) });
  expect((await readdir(join(folder(), 'new', 'set'))).sort()).toEqual([...IDX_FILE_NAMES].sort());
});

test('gzipped files have the digests of what is in them', async () => {
  const { files, digests } = smallFiles();
  for (const name of IDX_FILE_NAMES) await writeFile(join(folder(), `${name}.gz`), gzipSync(files[name]));
  const stored = await readFiles(folder());
  expect(digestsOf(stored)).toEqual(digests);
  expect(stored.map((file) => file.sizeBytes)).toEqual(
    IDX_FILE_NAMES.map((name) => gzipSync(files[name]).length),
  );
});

test('the digest of a data set is what sha256sum makes of its files', async () => {
  const { files, digests } = smallFiles();
  await writeFiles(folder(), files);
  const command = `sha256sum ${IDX_FILE_NAMES.join(' ')} | sha256sum`;
  const printed = execFileSync('sh', ['-c', command], { cwd: folder(), encoding: 'utf8' });
  expect(sha256OfFiles(digests)).toBe(printed.slice(0, 64));
});

test('images with channels are in files of their own names, which the digest has', async () => {
  const [train, test] = [smallSet(23, 3, 2, 3), smallSet(5, 3, 2, 3)];
  await writeFiles(folder(), encodeFiles({ train, test }));
  const names = IDX_FILE_NAMES.map((name) => name.replace('idx3', 'idx4'));
  expect((await readdir(folder())).sort()).toEqual([...names].sort());
  const dataSet = dataSetOfFiles('set', await readFiles(folder()));
  expect(dataSet).toMatchObject({ train, test });
  const command = `sha256sum ${names.join(' ')} | sha256sum`;
  const printed = execFileSync('sh', ['-c', command], { cwd: folder(), encoding: 'utf8' });
  expect(dataSet.sha256).toBe(printed.slice(0, 64));
  for (const name of names) {
    const path = join(folder(), name);
    await writeFile(`${path}.gz`, gzipSync(await readFile(path)));
    await rm(path);
  }
  expect(dataSetOfFiles('set', await readFiles(folder()))).toEqual(dataSet);
});

test('names the files that are missing', async () => {
  const { files } = smallFiles();
  await writeFile(join(folder(), IDX_FILE_NAMES[0]), files[IDX_FILE_NAMES[0]]);
  await writeFile(join(folder(), `${IDX_FILE_NAMES[2]}.gz`), gzipSync(files[IDX_FILE_NAMES[2]]));
  expect(await failureOf(readFiles(folder()))).toMatchObject({
    code: 'data-not-found',
    facts: { where: folder(), got: 'no train-labels-idx1-ubyte, no t10k-labels-idx1-ubyte' },
  });
});

test.each([
  ['height', smallSet(4, 2, 2), '2 × 2'],
  ['width', smallSet(4, 3, 3), '3 × 3'],
  ['number of channels', smallSet(4, 3, 2, 2), '2 × 3 × 2'],
])('training and test images must have one %s', async (_, testSet, got) => {
  await writeFiles(folder(), encodeFiles({ train: smallSet(4, 3, 2), test: testSet }));
  const files = await readFiles(folder());
  expect(await failureOf(Promise.resolve().then(() => dataSetOfFiles('set', files)))).toMatchObject({
    code: 'idx-malformed',
    facts: { where: expect.stringMatching(/t10k-images-idx[34]-ubyte, bytes 8 to 1[59]$/) as string, got },
  });
});

test('a file whose header promises more than there is room for is not unpacked', async () => {
  const { files } = smallFiles();
  const [name] = IDX_FILE_NAMES;
  for (const other of IDX_FILE_NAMES) await writeFile(join(folder(), other), files[other]);
  await rm(join(folder(), name));
  const header = encodeIdx([2 ** 32 - 1, 28, 28], new Uint8Array());
  await writeFile(join(folder(), `${name}.gz`), gzipSync(header));
  const { code, facts } = await failureOf(readFiles(folder()));
  expect(code).toBe('idx-malformed');
  expect(facts).toMatchObject({
    expected: `at most ${2 ** 30} bytes`,
    got: `${(2 ** 32 - 1) * 784 + 16} bytes`,
  });
});
