/** The optimizer's scalars, in the control block at the start of memory; by index of 4-byte words. */
export const SCALARS_WORD = 96;

/** Everything below is the control block, and what a compiler of kernels may use. */
const FIRST_FREE_BYTE = 4096;
const CACHE_LINE_BYTES = 64;
/** Kernels read whole vectors, so less than that past the end of a tensor. */
const OVERREAD_BYTES = 64;

/** Where something lies in memory. */
export interface Area {
  readonly address: number;
  readonly bytes: number;
}

/** Lays out tensors one after another, on cache lines; nothing is ever freed. */
export class Arena {
  private next = FIRST_FREE_BYTE;

  allocate(bytes: number): number {
    const address = this.next;
    this.next = roundUp(address + bytes + OVERREAD_BYTES, CACHE_LINE_BYTES);
    return address;
  }

  /** Of everything allocated so far, and the control block. */
  get bytes(): number {
    return this.next;
  }
}

export function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
