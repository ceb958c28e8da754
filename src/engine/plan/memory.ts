/** The control block at the start of memory, by index of 4-byte words; see ../wasm/assembly/threads.ts. */
export const BATCH_WORD = 64;
export const COMMAND_WORD = 80;
/** Not 0 after a kernel has trapped in a thread. */
export const TRAPPED_WORD = 81;
/** The optimizer's scalars. */
export const SCALARS_WORD = 96;
/** Byte shuffles, see ../wasm/assembly/append.ts. */
const PACK_SHUFFLES_BYTE = 1024;

/** Everything below is the control block, and what the compiler may use. */
const FIRST_FREE_BYTE = 4096;
const PAGE_BYTES = 65536;
const CACHE_LINE_BYTES = 64;
/** Kernels read up to 4 vectors at once, so less than that past the end of a tensor. */
const OVERREAD_BYTES = 64;

/** Lays out tensors one after another, on cache lines; nothing is ever freed. */
export class Arena {
  private next = FIRST_FREE_BYTE;

  allocate(bytes: number): number {
    const address = this.next;
    this.next = roundUp(address + bytes + OVERREAD_BYTES, CACHE_LINE_BYTES);
    return address;
  }

  /** Memory for everything allocated so far, zeros but for the constants that the kernels need. */
  createMemory(): WebAssembly.Memory {
    const pages = roundUp(this.next, PAGE_BYTES) / PAGE_BYTES;
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    new Uint8Array(memory.buffer).set(packShuffles(), PACK_SHUFFLES_BYTE);
    return memory;
  }
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

export function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
