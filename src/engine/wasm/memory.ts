/** Words of the control block at the start of memory, by index into an Int32Array; see assembly/threads.ts. */
export const COMMAND_WORD = 80;
export const BATCH_WORD = 64;
/** The optimizer's scalars, by index into a Float32Array. */
export const SCALARS_WORD = 96;

/** Everything below is the control block, and what the compiler may use. */
const FIRST_FREE_BYTE = 4096;
const PAGE_BYTES = 65536;
const CACHE_LINE_BYTES = 64;
/** Kernels read whole vectors, so up to 12 bytes past the end of a tensor. */
const VECTOR_BYTES = 16;

/** Lays out tensors one after another, on cache lines; nothing is ever freed. */
export class Arena {
  private next = FIRST_FREE_BYTE;

  allocate(bytes: number): number {
    const address = this.next;
    this.next = roundUp(address + bytes + VECTOR_BYTES, CACHE_LINE_BYTES);
    return address;
  }

  /** Memory for everything allocated so far, all zeros. */
  createMemory(): WebAssembly.Memory {
    const pages = roundUp(this.next, PAGE_BYTES) / PAGE_BYTES;
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  }
}

export function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
