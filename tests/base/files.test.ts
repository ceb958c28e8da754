import { execFileSync, spawnSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import {
  lstat,
  mkdir,
  mkdtemp,
  open,
  readFile,
  readdir,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { AssayError } from '../../src/base/errors';
import {
  fileError,
  filesBelow,
  makeFolder,
  readFileOrFail,
  readTextOrFail,
  writeFileAtomic,
} from '../../src/base/files';

/** The built file, for processes of their own. */
const FILES = resolve(__dirname, '../../dist/base/files.js');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assay-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function failureOf(action: Promise<unknown>): Promise<AssayError> {
  const error = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(AssayError);
  return error as AssayError;
}

describe('writeFileAtomic', () => {
  test('writes text and bytes, and leaves nothing else in the folder', async () => {
    await writeFileAtomic(join(folder, 'a.txt'), 'größer\n');
    await writeFileAtomic(join(folder, 'b.bin'), Uint8Array.of(0, 255, 10));
    expect(await readFile(join(folder, 'a.txt'), 'utf8')).toBe('größer\n');
    expect([...(await readFile(join(folder, 'b.bin')))]).toEqual([0, 255, 10]);
    expect(await readdir(folder)).toEqual(['a.txt', 'b.bin']);
  });

  test('a link stays a link, and a pipe a pipe', async () => {
    const [file, link, pipe] = ['file', 'link', 'pipe'].map((name) => join(folder, name));
    await writeFile(file, 'old');
    await symlink(file, link);
    await writeFileAtomic(link, 'new');
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readFile(file, 'utf8')).toBe('new');
    execFileSync('mkfifo', [pipe]);
    const ends = await open(pipe, 'r+'); // both, so that nobody waits for the other
    try {
      await writeFileAtomic(pipe, 'through');
      expect((await lstat(pipe)).isFIFO()).toBe(true);
      expect((await ends.read(Buffer.alloc(7))).buffer.toString()).toBe('through');
    } finally {
      await ends.close();
    }
  });

  test('replaces a file by a new one, so that a reader of the old one keeps its bytes', async () => {
    const path = join(folder, 'a.txt');
    await writeFile(path, 'old');
    const before = await stat(path);
    await writeFileAtomic(path, 'new');
    expect(await readFile(path, 'utf8')).toBe('new');
    expect((await stat(path)).ino).not.toBe(before.ino);
  });

  test('two writers at once: the file is one of the two, whole', async () => {
    const path = join(folder, 'a.txt');
    const candidates = ['x'.repeat(100_000), 'y'.repeat(100_000)];
    await Promise.all(candidates.map((text) => writeFileAtomic(path, text)));
    expect(candidates).toContain(await readFile(path, 'utf8'));
    expect(await readdir(folder)).toEqual(['a.txt']);
  });

  test('removes what a process that was killed before the end has left, and nothing else', async () => {
    const path = join(folder, 'a.txt');
    const killed = `
      require('node:fs/promises').rename = () => process.kill(process.pid, 'SIGKILL');
      require(${JSON.stringify(FILES)}).writeFileAtomic(${JSON.stringify(path)}, 'half');`;
    expect(spawnSync(process.execPath, ['-e', killed]).signal).toBe('SIGKILL');
    const [left] = await readdir(folder);
    const elsewhere = left.replace(/-[0-9a-f]{8}-/, '-00000000-');
    await writeFile(join(folder, elsewhere), 'of another machine');
    await writeFile(join(folder, '.assay-notes.tmp'), 'of the user');
    await writeFileAtomic(path, 'whole');
    expect(new Set(await readdir(folder))).toEqual(new Set([elsewhere, '.assay-notes.tmp', 'a.txt']));
  });

  test.each([
    ['below a regular file', 'file/out.json', 'a part of the path is a file, not a folder (ENOTDIR)'],
    ['in a missing folder', 'missing/out.json', 'no such file or folder (ENOENT)'],
    ['under a name too long', 'x'.repeat(300), 'the name is too long (ENAMETOOLONG)'],
    // A directory in the way fails at the rename: the temporary file had been written by then.
    ['over a folder', 'sub', 'it is a folder (EISDIR)'],
  ])('refuses to write %s, and leaves nothing behind', async (_, name, got) => {
    await writeFile(join(folder, 'file'), 'a file');
    await mkdir(join(folder, 'sub'));
    const error = await failureOf(writeFileAtomic(join(folder, name), 'text'));
    expect(error.code).toBe('file-unwritable');
    expect(error.facts).toMatchObject({ where: join(folder, name), got });
    expect(await readdir(folder)).toEqual(['file', 'sub']);
    expect(await readdir(join(folder, 'sub'))).toEqual([]);
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe('a file');
  });

  test('what is not a system error is not disguised as bad input', async () => {
    const notBytes = 42 as unknown as string;
    await expect(writeFileAtomic(join(folder, 'a'), notBytes)).rejects.not.toBeInstanceOf(AssayError);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('readFileOrFail', () => {
  test('reads bytes', async () => {
    await writeFile(join(folder, 'a'), Uint8Array.of(1, 2, 3));
    expect([...(await readFileOrFail(join(folder, 'a')))]).toEqual([1, 2, 3]);
  });

  test('tells a missing file from an unreadable one', async () => {
    const missing = await failureOf(readFileOrFail(join(folder, 'missing')));
    expect(missing.code).toBe('file-not-found');
    const unreadable = await failureOf(readFileOrFail(folder));
    expect(unreadable.code).toBe('file-unreadable');
    expect(unreadable.facts).toMatchObject({ where: folder, got: 'it is a folder (EISDIR)' });
  });

  test('names the cause that it has no words for', async () => {
    await symlink(join(folder, 'loop'), join(folder, 'loop'));
    const error = await failureOf(readFileOrFail(join(folder, 'loop')));
    expect(error.facts.got).toMatch(/^ELOOP: .*\(ELOOP\)$/);
  });
});

describe('makeFolder', () => {
  test('makes every folder on the way, and accepts one that is there', async () => {
    await makeFolder(join(folder, 'a/b/c'));
    await makeFolder(join(folder, 'a/b/c'));
    expect(await readdir(join(folder, 'a/b'))).toEqual(['c']);
  });

  test.each([
    ['file', 'a file is in the way (EEXIST)'],
    ['file/sub', 'a part of the path is a file, not a folder (ENOTDIR)'],
  ])('cannot make %s', async (name, got) => {
    await writeFile(join(folder, 'file'), 'a file');
    const error = await failureOf(makeFolder(join(folder, name)));
    expect(error.code).toBe('file-unwritable');
    expect(error.facts).toMatchObject({ where: join(folder, name), got });
  });
});

// A full disk cannot be made in a test without being root; the message for it can.
test('a full disk says so', () => {
  const cause = Object.assign(new Error('ENOSPC: no space left on device, write'), {
    code: 'ENOSPC',
    syscall: 'write',
  });
  const error = fileError('file-unwritable', 'runs/a/run.json', cause) as AssayError;
  expect(error.message).toContain('no space left on the disk (ENOSPC)');
  expect(error.cause).toBe(cause);
});

test.each([
  ['a text', 600e6, readTextOrFail, 536870888],
  ['a file', 3e9, readFileOrFail, 2147483647],
])('%s that is too large is refused before it is read', async (_, size, read, most) => {
  const path = join(folder, 'large');
  await writeFile(path, '');
  await truncate(path, size); // takes no room on the disk
  const { code, facts } = await failureOf(read(path));
  expect(code).toBe('file-unreadable');
  expect(facts).toMatchObject({ where: path, expected: `at most ${most} bytes`, got: `${size} bytes` });
});

test('what has no size and no end is read up to the limit', async () => {
  const { code, facts } = await failureOf(readFileOrFail('/dev/zero', 1_000_000));
  expect(code).toBe('file-unreadable');
  expect(facts).toMatchObject({ where: '/dev/zero', expected: 'at most 1000000 bytes' });
});

test('a pipe is read to its end, however it comes', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  const sent = Buffer.alloc(300_000, 'abcdefg');
  const [got] = await Promise.all([readFileOrFail(pipe, 300_000), writeFile(pipe, sent)]);
  expect(got.equals(sent)).toBe(true);
});

test('a path with a NUL is refused, read or written', async () => {
  const path = join(folder, 'a\0b');
  for (const failure of [failureOf(readFileOrFail(path)), failureOf(writeFileAtomic(path, ''))])
    expect((await failure).facts).toMatchObject({
      where: path,
      got: expect.stringContaining('NUL') as string,
    });
});

describe('filesBelow', () => {
  test('has the files of all folders, sorted, and follows no link', async () => {
    await mkdir(join(folder, 'b/c'), { recursive: true });
    for (const name of ['b/c/2', 'b/1', 'a']) await writeFile(join(folder, name), '');
    await symlink(folder, join(folder, 'round'));
    expect(await filesBelow(folder)).toEqual(['a', 'b/1', 'b/c/2']);
  });

  test('a tree of more than 100,000 files is refused, as / would be', async () => {
    await mkdir(join(folder, 'many'));
    for (let i = 0; i < 100_000; i++) closeSync(openSync(join(folder, 'many', String(i)), 'w'));
    expect((await failureOf(filesBelow(folder))).facts).toMatchObject({
      what: 'too many files below the folder',
      hint: 'name the folder of one run',
    });
  });
});
