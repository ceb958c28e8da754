/** What is written; the four types are those that runs need. */
export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Uint32Array | Uint8Array;
}

/** Header and length together are a multiple of this, so that tensors can be mapped into memory. */
const ALIGNMENT = 8;
const LENGTH_BYTES = 8;

/**
 * A file in the safetensors format: the header's length as a little-endian uint64, the header in JSON (each tensor's dtype, shape and place; text under
 * `__metadata__`), then the tensors' bytes one after another. The names of the tensors differ.
 *
 * Source: https://github.com/huggingface/safetensors
 */
export function encodeSafetensors(
  tensors: readonly Tensor[],
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header = new Map<string, unknown>();
  if (Object.keys(metadata).length > 0) header.set('__metadata__', metadata);
  let offset = 0;
  for (const { name, shape, data } of tensors) {
    header.set(name, { dtype: dtypeOf(data), shape, data_offsets: [offset, (offset += data.byteLength)] });
  }
  const entries = [...header].map(([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`);
  const json = Buffer.from(`{${entries.join(',')}}`);
  const padding = (ALIGNMENT - ((LENGTH_BYTES + json.length) % ALIGNMENT)) % ALIGNMENT;
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeBigUInt64LE(BigInt(json.length + padding));
  const bytes = tensors.map(({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  return Buffer.concat([length, json, Buffer.alloc(padding, ' '), ...bytes]);
}

function dtypeOf(data: Tensor['data']): string {
  if (data instanceof Float32Array) return 'F32';
  if (data instanceof Float64Array) return 'F64';
  return data instanceof Uint32Array ? 'U32' : 'U8';
}
