import { existsSync } from 'node:fs';
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { IDX_FILE_NAMES, sha256 } from '../../src/data/folder';
import { download, type DownloadOptions } from '../../src/data/download';
import { fetchFiles } from '../../src/data/mnist';
import { AssayError } from '../../src/base/errors';
import { failureOf, smallFiles, useFolder } from './support';

const folder = useFolder();

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** What the mirrors offer: bytes that no part of resembles another. */
const FILE = Buffer.from(Array.from({ length: 4000 }, (_, i) => sha256(`${i}`)).join(''));

/** A mirror is a path on one server; `requests` is what was asked of which, with the Range header. */
let handlers: Record<string, Handler>;
let requests: string[];
let base: string;

const server = createServer((request, response) => {
  const mirror = (request.url as string).split('/')[1];
  requests.push([mirror, request.headers.range].filter(Boolean).join(' '));
  handlers[mirror](request, response);
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  requests = [];
});

/** Sends `bytes` as a good server does, Range requests included. */
function sendsWell(bytes: Buffer): Handler {
  return (request, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    if (from >= bytes.length) return void response.writeHead(416).end();
    const head = { 'content-length': bytes.length - from, 'content-type': 'application/x-gzip' };
    if (from > 0) {
      response.writeHead(206, {
        ...head,
        'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
      });
    } else {
      response.writeHead(200, head);
    }
    response.end(bytes.subarray(from));
  };
}

/** Announces everything from where it was asked to begin, sends up to `until`, then does `then`. */
function sendsUntil(until: number, then: (response: ServerResponse) => void): Handler {
  return (request, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const range = `bytes ${from}-${FILE.length - 1}/${FILE.length}`;
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': FILE.length - from,
      ...(from > 0 && { 'content-range': range }),
    });
    response.write(FILE.subarray(from, Math.max(from, until)), () => then(response));
  };
}

const stall = (): void => undefined;
const cutConnection = (response: ServerResponse): void => {
  // after the client has read what was sent
  setTimeout(() => response.destroy(), 50);
};

/** Answers the first request with the first handler, the second with the second … and the rest with the last. */
function inTurn(...list: Handler[]): Handler {
  let turn = 0;
  return (request, response) => list[Math.min(turn++, list.length - 1)](request, response);
}

const partPath = (): string => join(folder(), 'file.gz.part');

function fetchFrom(mirrors: string[], options: DownloadOptions = {}): Promise<string> {
  const verify = (bytes: Buffer): string => {
    if (bytes.equals(FILE)) return 'FILE';
    throw new AssayError('data-checksum-mismatch', { what: 'wrong checksum', got: sha256(bytes) });
  };
  const urls = mirrors.map((mirror) => `${base}/${mirror}/file.gz`);
  return download(urls, partPath(), 1_000_000, verify, { stallTimeoutMs: 300, ...options });
}

test('a good mirror: the bytes, the progress, and no partial file left', async () => {
  handlers = { good: sendsWell(FILE) };
  const progress: [number, number][] = [];
  expect(await fetchFrom(['good', 'never'], { onProgress: (...args) => progress.push(args) })).toBe('FILE');
  expect(requests).toEqual(['good']);
  expect(progress.at(-1)).toEqual([FILE.length, FILE.length]);
  expect(progress.every(([done], i) => i === 0 || done > progress[i - 1][0])).toBe(true);
  expect(await readdir(folder())).toEqual([]);
});

test('a redirection is followed', async () => {
  handlers = {
    moved: (_, response) => response.writeHead(302, { location: '/good/file.gz' }).end(),
    good: sendsWell(FILE),
  };
  expect(await fetchFrom(['moved'])).toBe('FILE');
  expect(requests).toEqual(['moved', 'good']);
});

test('a mirror that answers 404 and one that never answers are passed over', async () => {
  handlers = {
    missing: (_, response) => response.writeHead(404).end('not here'),
    silent: stall,
    good: sendsWell(FILE),
  };
  expect(await fetchFrom(['missing', 'silent', 'good'], { connectTimeoutMs: 200 })).toBe('FILE');
  expect(requests).toEqual(['missing', 'silent', 'good']);
});

test('a stalled transfer is aborted, and taken up where it stopped', async () => {
  handlers = { stalling: inTurn(sendsUntil(100_000, stall), sendsWell(FILE)) };
  expect(await fetchFrom(['stalling'])).toBe('FILE');
  expect(requests).toEqual(['stalling', 'stalling bytes=100000-']);
});

test('a cut connection is taken up at the same mirror while it brings new bytes, then at the next one', async () => {
  handlers = {
    cutting: inTurn(
      sendsUntil(60_000, cutConnection),
      sendsUntil(90_000, cutConnection),
      sendsUntil(90_000, cutConnection),
    ),
    good: sendsWell(FILE),
  };
  expect(await fetchFrom(['cutting', 'good'])).toBe('FILE');
  expect(requests).toEqual(['cutting', 'cutting bytes=60000-', 'cutting bytes=90000-', 'good bytes=90000-']);
});

test('a server that ignores Range starts over, also when its file is shorter than what was there', async () => {
  await writeFile(partPath(), Buffer.alloc(FILE.length + 5, 1));
  handlers = { plain: (_, response) => response.writeHead(200).end(FILE) };
  expect(await fetchFrom(['plain'])).toBe('FILE');
  expect(requests).toEqual([`plain bytes=${FILE.length + 5}-`]); // once: its bytes were good
});

test('a partial file of an earlier process is taken up', async () => {
  await writeFile(partPath(), FILE.subarray(0, 250_000));
  handlers = { good: sendsWell(FILE) };
  expect(await fetchFrom(['good'])).toBe('FILE');
  expect(requests).toEqual(['good bytes=250000-']);
});

test('a partial file that proves bad is dropped, and the mirror asked for all of it', async () => {
  await writeFile(partPath(), Buffer.alloc(1000, 1));
  handlers = { good: sendsWell(FILE) };
  expect(await fetchFrom(['good'])).toBe('FILE');
  expect(requests).toEqual(['good bytes=1000-', 'good']);
});

test('a partial file longer than the file (416) is dropped, and the mirror asked for all of it', async () => {
  await writeFile(partPath(), Buffer.alloc(FILE.length + 5, 1));
  handlers = { good: sendsWell(FILE) };
  expect(await fetchFrom(['good'])).toBe('FILE');
  expect(requests).toEqual([`good bytes=${FILE.length + 5}-`, 'good']);
});

test('corrupt bytes: the next mirror starts from nothing', async () => {
  const corrupt = Buffer.from(FILE);
  corrupt[1234] ^= 1;
  handlers = { corrupt: sendsWell(corrupt), good: sendsWell(FILE) };
  expect(await fetchFrom(['corrupt', 'good'])).toBe('FILE');
  expect(requests).toEqual(['corrupt', 'good']);
});

test('a file that ends early without saying so is corrupt', async () => {
  handlers = {
    short: (_, response) => response.writeHead(200).end(FILE.subarray(0, 9000)), // chunked: no length was announced
    good: sendsWell(FILE),
  };
  expect(await fetchFrom(['short', 'good'])).toBe('FILE');
});

test('a server that sends without end is stopped', async () => {
  handlers = {
    endless: (_, response) => {
      const write = (): void => void (!response.destroyed && response.write(Buffer.alloc(65_536), write));
      write();
    },
    good: sendsWell(FILE),
  };
  expect(await fetchFrom(['endless', 'good'])).toBe('FILE');
});

test('when every mirror fails, each one’s reason is told, and what arrived is kept for the next time', async () => {
  handlers = {
    missing: (_, response) => response.writeHead(404).end(),
    corrupt: sendsWell(Buffer.from('wrong')),
    cutting: sendsUntil(70_000, cutConnection),
  };
  const { code, facts } = await failureOf(fetchFrom(['missing', 'corrupt', 'cutting']));
  expect(code).toBe('data-download-failed');
  expect(facts.what).toBe('no mirror delivered file.gz');
  expect(facts.got).toMatch(/: HTTP 404 Not Found; .*: wrong checksum, got [0-9a-f]{64}; .*: /);
  expect((await readFile(partPath())).equals(FILE.subarray(0, 70_000))).toBe(true);
});

test('when nobody listens, that is told, and nothing is left', async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  const urls = [`http://127.0.0.1:${port}/file.gz`];
  const { code, facts } = await failureOf(download(urls, partPath(), 1000, (bytes) => bytes));
  expect(code).toBe('data-download-failed');
  expect(facts.got).toBe(`127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}`);
  expect(await readdir(folder())).toEqual([]);
});

(existsSync('/dev/full') ? test : test.skip)(
  'a full disk is told at once, and no other mirror is asked',
  async () => {
    await symlink('/dev/full', partPath());
    handlers = { good: sendsWell(FILE) };
    const { code, facts } = await failureOf(fetchFrom(['good', 'good']));
    expect(code).toBe('file-unwritable');
    expect(facts).toMatchObject({ where: partPath(), got: 'no space left on the disk (ENOSPC)' });
    expect(requests).toEqual(['good']);
  },
);

describe('fetchFiles', () => {
  const { files, digests } = smallFiles();

  function offersAll(mangle: (bytes: Buffer, name: string) => Buffer = (bytes) => bytes): Handler {
    return (request, response) => {
      const name = /([^/]+)\.gz$/.exec(request.url as string)?.[1] as (typeof IDX_FILE_NAMES)[number];
      sendsWell(mangle(gzipSync(files[name]), name))(request, response);
    };
  }

  test('downloads the four files, and the second time none', async () => {
    handlers = { good: offersAll() };
    const cache = join(folder(), 'cache', 'mnist');
    const first = await fetchFiles(digests, [`${base}/good/`], cache);
    expect(first.map((file) => file.bytes)).toEqual(IDX_FILE_NAMES.map((name) => files[name]));
    expect((await readdir(cache)).sort()).toEqual(IDX_FILE_NAMES.map((name) => `${name}.gz`).sort());
    expect(await fetchFiles(digests, [], cache)).toEqual(first);
    expect(requests).toHaveLength(4);
  });

  test('replaces only what is damaged', async () => {
    handlers = { good: offersAll() };
    await fetchFiles(digests, [`${base}/good/`], folder());
    await writeFile(join(folder(), `${IDX_FILE_NAMES[1]}.gz`), gzipSync(Buffer.from('something else')));
    await writeFile(join(folder(), `${IDX_FILE_NAMES[2]}.gz`), 'not even gzipped');
    requests = [];
    const names: string[] = [];
    await fetchFiles(digests, [`${base}/good/`], folder(), {
      onProgress: (_done, _total, what) => names.push(what),
    });
    expect(requests).toHaveLength(2);
    expect([...new Set(names)]).toEqual([`${IDX_FILE_NAMES[1]}.gz`, `${IDX_FILE_NAMES[2]}.gz`]);
    requests = [];
    await fetchFiles(digests, [], folder());
  });

  test('a mirror with another edition of one file: that file comes from the next mirror', async () => {
    const edition = gzipSync(Buffer.from('another edition'));
    handlers = {
      other: offersAll((bytes, name) => (name === IDX_FILE_NAMES[3] ? edition : bytes)),
      good: offersAll(),
    };
    const fetched = await fetchFiles(digests, [`${base}/other/`, `${base}/good/`], folder());
    expect(fetched.map((file) => file.sha256)).toEqual(IDX_FILE_NAMES.map((name) => digests[name]));
    expect(requests).toEqual(['other', 'other', 'other', 'other', 'good']);
  });

  test('a wrong file is never left under the final name', async () => {
    handlers = { other: offersAll(() => gzipSync(Buffer.from('another edition'))) };
    const { code, facts } = await failureOf(fetchFiles(digests, [`${base}/other/`], folder()));
    expect(code).toBe('data-download-failed');
    expect(facts.got).toContain(`expected SHA-256 ${digests[IDX_FILE_NAMES[0]]}`);
    expect(await readdir(folder())).toEqual([]);
  });

  test('a cache folder that cannot be made is told', async () => {
    await writeFile(join(folder(), 'file'), '');
    const { code } = await failureOf(fetchFiles(digests, [`${base}/good/`], join(folder(), 'file', 'mnist')));
    expect(code).toBe('file-unwritable');
  });
});
