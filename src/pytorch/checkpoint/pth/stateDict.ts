import { invalid, quoted, refused } from '../fault';
import type { StoredTensor } from '../tensor';
import { PickledDict, PickledTensor, type Pickled, type PickledStorage } from './unpickle';

/** In bytes. */
export const ITEM_SIZES: Readonly<Record<string, number>> = {
  ...{ float16: 2, bfloat16: 2, float32: 4, float64: 8, complex64: 8, complex128: 16 },
  ...{ int8: 1, int16: 2, int32: 4, int64: 8, uint8: 1, bool: 1 },
};

/**
 * The tensors of the state dict that was pickled: the value itself, or, of a dict that is none, the only one among its values.
 *
 * @param bytesOf the bytes of a storage
 * @throws AssayError `checkpoint-refused` when there is no state dict, or more than one; `checkpoint-invalid` when it has a key twice.
 */
export function stateDictOf(
  value: Pickled,
  where: string,
  bytesOf: (storage: PickledStorage) => Buffer,
): StoredTensor[] {
  const tensors = new Map<string, StoredTensor>();
  for (const [key, tensor] of tensorItems(value) ?? onlyStateDictIn(value, where)) {
    if (tensors.has(key)) throw invalid(where, { what: `the state dict has the key ${quoted(key)} twice` });
    const { storage, offset, shape, stride } = tensor;
    tensors.set(key, { name: key, shape, dtype: storage.dtype, bytes: bytesOf(storage), offset, stride });
  }
  return [...tensors.values()];
}

type TensorItems = readonly (readonly [key: string, tensor: PickledTensor])[];

/** Of a dict of tensors by their names; undefined for every other value. */
function tensorItems(value: Pickled): TensorItems | undefined {
  if (!(value instanceof PickledDict) || value.items.length === 0) return undefined;
  const items: [string, PickledTensor][] = [];
  for (let i = 0; i < value.items.length; i += 2) {
    const [key, tensor] = [value.items[i], value.items[i + 1]];
    if (typeof key !== 'string' || !(tensor instanceof PickledTensor)) return undefined;
    items.push([key, tensor]);
  }
  return items;
}

function onlyStateDictIn(value: Pickled, where: string): TensorItems {
  // By the dict, not by the key: a pickle may name one dict a million times.
  const keys = new Map<Pickled, Pickled>();
  if (value instanceof PickledDict)
    value.items.forEach((item, i, items) => i % 2 === 1 && keys.set(item, items[i - 1]));
  const found = [...keys.keys()].filter((item) => tensorItems(item) !== undefined);
  const only = found.length === 1 ? tensorItems(found[0]) : undefined;
  if (only !== undefined) return only;
  const names = found.map((item) => keys.get(item)).filter((key) => typeof key === 'string');
  throw refused(where, {
    what: found.length === 0 ? 'no state dict is in the file' : 'more than one state dict is in the file',
    expected: 'a dict of tensors by their names, or a dict of which one value is such a dict',
    got: found.length === 0 ? undefined : names.slice(0, 5).map(quoted).join(', '),
    hint: 'in Python: torch.save(model.state_dict(), path)',
  });
}
