import { basename } from 'node:path';
import { AssayError } from '../base/errors';
import { PartFile } from './partFile';

export interface DownloadOptions {
  /** Called as bytes arrive, when the server told how many there will be. */
  onProgress?: (doneBytes: number, totalBytes: number) => void;
  /** How long a mirror may take to answer, in milliseconds. Short, because without a network every mirror takes this long. */
  connectTimeoutMs?: number;
  /** How long a mirror may send nothing, in milliseconds. */
  stallTimeoutMs?: number;
}

/** How often an interrupted transfer is taken up again at one mirror, as long as each attempt brings new bytes. */
const MAX_RESUMES = 5;

/**
 * Downloads one file from the first of `urls` that delivers bytes which `verify` accepts. What has arrived is kept in
 * `partPath`, and is taken up again by Range requests: at the same mirror, at the next one, and by the next process.
 *
 * @param verify throws an AssayError when the bytes are not the expected ones; its result is returned.
 * @param maxBytes no more than this is accepted.
 * @throws AssayError `data-download-failed` with every mirror's reason; `file-unwritable`.
 */
export async function download<T>(
  urls: readonly string[],
  partPath: string,
  maxBytes: number,
  verify: (bytes: Buffer) => T,
  options: DownloadOptions = {},
): Promise<T> {
  const part = await PartFile.open(partPath);
  try {
    const reasons: string[] = [];
    for (const url of urls) {
      try {
        const verified = await downloadFrom(url, part, maxBytes, verify, options);
        await part.truncate(0);
        return verified;
      } catch (error) {
        if (error instanceof AssayError && error.code === 'file-unwritable') throw error; // no other mirror helps
        reasons.push(`${new URL(url).host}: ${reasonOf(error)}`);
      }
    }
    throw new AssayError('data-download-failed', {
      what: `no mirror delivered ${basename(urls[0])}`,
      got: reasons.join('; '),
      hint: 'check the network; or put the four MNIST files into $ASSAY_DATA/mnist; or use --data synthetic',
    });
  } finally {
    await part.close();
  }
}

async function downloadFrom<T>(
  url: string,
  part: PartFile,
  maxBytes: number,
  verify: (bytes: Buffer) => T,
  options: DownloadOptions,
): Promise<T> {
  let resumed = false;
  for (let resumes = 0; ; resumes++) {
    const before = await part.size();
    resumed ||= before > 0;
    try {
      await transfer(url, part, before, maxBytes, options);
    } catch (error) {
      if ((await part.size()) > before && resumes < MAX_RESUMES) continue;
      throw error;
    }
    try {
      return verify(await part.read());
    } catch (error) {
      await part.truncate(0); // these bytes are good for nothing
      // Of bytes that came from several transfers, only the earlier ones may be bad: this mirror gets one chance to send all.
      if (!resumed) throw error;
      resumed = false;
    }
  }
}

/** Requests the bytes from `offset` on and writes them behind those that are there. */
async function transfer(
  url: string,
  part: PartFile,
  offset: number,
  maxBytes: number,
  options: DownloadOptions,
): Promise<void> {
  const { onProgress, connectTimeoutMs = 5_000, stallTimeoutMs = 20_000 } = options;
  const watchdog = new Watchdog();
  try {
    watchdog.expectWithin(connectTimeoutMs, 'no answer');
    const response = await fetch(url, {
      headers: { 'accept-encoding': 'identity', ...(offset > 0 && { range: `bytes=${offset}-` }) },
      signal: watchdog.signal,
    });
    if (response.status === 416 && offset > 0) {
      await part.truncate(0); // an earlier transfer brought more than this mirror's file has
      return await transfer(url, part, 0, maxBytes, options);
    }
    if (!response.ok || response.body === null)
      throw new Error(`HTTP ${response.status} ${response.statusText}`);
    let position = response.status === 206 ? startOfRange(response.headers.get('content-range')) : 0;
    if (position > offset) throw new Error(`asked for bytes from ${offset} on, got them from ${position} on`);
    // A mirror that sends more than was asked for must not leave the tail of what was there.
    if (position < offset) await part.truncate(position);
    const length = response.headers.get('content-length');
    const total = length === null ? undefined : position + Number(length);
    watchdog.expectWithin(stallTimeoutMs, 'the transfer stalled');
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      if (position + chunk.length > maxBytes) {
        await part.truncate(0);
        throw new Error(`the file is larger than ${maxBytes} bytes`);
      }
      await part.write(chunk, position);
      position += chunk.length;
      if (total !== undefined) onProgress?.(position, total);
      watchdog.expectWithin(stallTimeoutMs, 'the transfer stalled');
    }
  } finally {
    watchdog.dismiss();
  }
}

/** Aborts a request when what is expected next does not happen in time. */
class Watchdog {
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  readonly signal = this.controller.signal;

  expectWithin(timeoutMs: number, otherwise: string): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => this.controller.abort(new Error(`${otherwise} for ${timeoutMs / 1000} s`)),
      timeoutMs,
    );
  }

  /** Also closes the connection of a response that was not read to its end. */
  dismiss(): void {
    clearTimeout(this.timer);
    this.controller.abort();
  }
}

/** `bytes 100-199/200` → 100 */
function startOfRange(contentRange: string | null): number {
  const match = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(contentRange ?? '');
  if (match === null) throw new Error(`bad Content-Range: ${contentRange ?? 'none'}`);
  return Number(match[1]);
}

/** `fetch` says only "fetch failed": what happened is in the cause, whose message is empty when several addresses were tried. */
function reasonOf(error: unknown): string {
  if (error instanceof AssayError) {
    const { what, expected, got } = error.facts;
    return [what, expected && `expected ${expected}`, got && `got ${got}`].filter(Boolean).join(', ');
  }
  const { message, cause } = error as Error & { cause?: NodeJS.ErrnoException };
  return cause?.message || cause?.code || message;
}
