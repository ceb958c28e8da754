import { constants } from 'node:fs';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileError, makeFolder } from '../base/files';

/**
 * The part of a download that has arrived; it outlives the process when it is worth taking up again. Two processes may hold the same
 * one: they download the same file, and each byte is written at its own place.
 *
 * Every method throws AssayError `file-unwritable` when the system refuses.
 */
export class PartFile {
  private constructor(
    private readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  /** Opens what an earlier process left, or an empty file; makes the folder. */
  static async open(path: string): Promise<PartFile> {
    await makeFolder(dirname(path));
    const handle = open(path, constants.O_RDWR | constants.O_CREAT);
    return new PartFile(path, await orUnwritable(path, handle));
  }

  async size(): Promise<number> {
    return (await orUnwritable(this.path, this.handle.stat())).size;
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    await orUnwritable(this.path, this.handle.write(bytes, 0, bytes.length, position));
  }

  /** Keeps the first `size` bytes; there are at least as many. */
  async truncate(size: number): Promise<void> {
    await orUnwritable(this.path, this.handle.truncate(size));
  }

  async read(): Promise<Buffer> {
    const bytes = Buffer.alloc(await this.size());
    await orUnwritable(this.path, this.handle.read(bytes, 0, bytes.length, 0));
    return bytes;
  }

  /** Closes the file, and removes it when nothing is in it. */
  async close(): Promise<void> {
    const size = await this.size();
    await this.handle.close();
    if (size === 0) await rm(this.path, { force: true });
  }
}

async function orUnwritable<T>(path: string, operation: Promise<T>): Promise<T> {
  try {
    return await operation;
  } catch (cause) {
    throw fileError('file-unwritable', path, cause);
  }
}
