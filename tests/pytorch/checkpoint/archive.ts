import { zipSync } from 'fflate';

/** An archive of stored records around a pickle, whatever is in it; its CRCs are right. */
export function archiveOf(pickle: Uint8Array, records: Readonly<Record<string, Uint8Array>> = {}): Buffer {
  const all = Object.entries({ 'data.pkl': pickle, ...records });
  const archive = Object.fromEntries(all.map(([name, bytes]) => [`a/${name}`, bytes]));
  return Buffer.from(zipSync(archive, { level: 0, mtime: new Date(1980, 0, 1) }));
}

/** Opcodes and their arguments, one byte a character. */
export function pickleOf(...parts: readonly string[]): Buffer {
  return Buffer.from(`\x80\x02${parts.join('')}.`, 'latin1');
}

/** BINUNICODE of an ASCII text. */
export function text(value: string): string {
  return `X${uint32(value.length)}${value}`;
}

export function uint32(value: number): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes.toString('latin1');
}

/** The tuple of a storage, and BINPERSID. */
export function storage(key: string, length: number, type = 'torch\nFloatStorage'): string {
  return `(${text('storage')}c${type}\n${text(key)}${text('cpu')}J${uint32(length)}tQ`;
}

/** The call that puts a tensor together. */
export function tensor(
  from: string,
  offset: number,
  shape: readonly number[],
  stride: readonly number[],
): string {
  const tuple = (items: readonly number[]): string => `(${items.map((item) => `J${uint32(item)}`).join('')}t`;
  return `ctorch._utils\n_rebuild_tensor_v2\n(${from}J${uint32(offset)}${tuple(shape)}${tuple(stride)}\x89}tR`;
}

/** A dict of one tensor, x. */
export function stateDict(x: string): string {
  return `}${text('x')}${x}s`;
}
