import { roundUp } from '../plan/memory';

/** The control block at the start of memory, by index of 4-byte words; see assembly/threads.ts. */
export const BATCH_WORD = 64;
export const COMMAND_WORD = 80;
/** Not 0 after a kernel has trapped in a thread. */
export const TRAPPED_WORD = 81;
/** Byte shuffles, see assembly/append.ts. */
const PACK_SHUFFLES_BYTE = 1024;

const PAGE_BYTES = 65536;
/** What assembly/asconfig.json declares: a module takes no larger memory. */
export const MOST_BYTES = 16384 * PAGE_BYTES;

/** Shared memory of at least so many bytes, zeros but for the constants that the kernels need. */
export function createMemory(bytes: number): WebAssembly.Memory {
  const pages = roundUp(bytes, PAGE_BYTES) / PAGE_BYTES;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  new Uint8Array(memory.buffer).set(packShuffles(), PACK_SHUFFLES_BYTE);
  return memory;
}

/** For each subset of 4 lanes of 4 bytes, the byte indices that move its lanes to the front. */
function packShuffles(): Uint8Array {
  const shuffles = new Uint8Array(16 * 16);
  for (let mask = 0; mask < 16; mask++) {
    const lanes = [0, 1, 2, 3].filter((lane) => (mask & (1 << lane)) !== 0);
    const bytes = lanes.flatMap((lane) => [0, 1, 2, 3].map((byte) => 4 * lane + byte));
    shuffles.set(bytes, 16 * mask);
  }
  return shuffles;
}
