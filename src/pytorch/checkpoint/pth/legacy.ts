import { invalid, quoted, refused } from '../fault';
import type { StoredTensor } from '../tensor';
import { ITEM_SIZES, stateDictOf } from './stateDict';
import { PickledDict, PickledList, unpickle, type Unpickled } from './unpickle';

/** The pickle of PyTorch's magic number, with which files of the format before zip begin. */
const MAGIC = Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex');
const PROTOCOL_VERSION = 1001;
const LENGTH_BYTES = 8;

export function isLegacy(bytes: Buffer): boolean {
  return bytes.subarray(0, MAGIC.length).equals(MAGIC);
}

/**
 * The tensors of a file of the format before zip (PyTorch before 1.6, or `_use_new_zipfile_serialization=False`): the pickles of a magic number, of
 * the format's version, of the writer's byte order, of the state dict, and of the keys of its storages; then each storage, behind its number of
 * elements. Nothing in it tells a changed bit.
 *
 * Source: torch/serialization.py (`_legacy_save`).
 *
 * @throws AssayError `checkpoint-invalid`, `checkpoint-refused`
 */
export function readLegacy(bytes: Buffer, where: string): StoredTensor[] {
  let at = MAGIC.length;
  const next = (what: string): Unpickled => {
    const unpickled = unpickle(bytes.subarray(at), `${where}, ${what} from byte ${at}`);
    at += unpickled.length;
    return unpickled;
  };
  const { value: version } = next('version');
  if (version !== PROTOCOL_VERSION) {
    throw refused(where, {
      what: 'the file has another version of the format before zip',
      expected: String(PROTOCOL_VERSION),
    });
  }
  const { value: system } = next('byte order');
  if (!(system instanceof PickledDict) || system.items[system.items.indexOf('little_endian') + 1] !== true) {
    throw refused(where, {
      what: 'the numbers are stored in another byte order',
      expected: 'little-endian ones',
    });
  }
  const { value, storages } = next('state dict');
  const { value: keys } = next('keys');
  const bytesOf = new Map<string, Buffer>();
  for (const key of keys instanceof PickledList ? keys.items : []) {
    const storage = storages.get(key as string);
    if (storage === undefined)
      throw invalid(`${where}, byte ${at}`, { what: 'a storage that nothing refers to' });
    const start = at + LENGTH_BYTES;
    at = start + storage.length * ITEM_SIZES[storage.dtype];
    if (at > bytes.length || bytes.readBigUInt64LE(start - LENGTH_BYTES) !== BigInt(storage.length)) {
      throw invalid(`${where}, storage ${quoted(storage.key)}`, {
        what: 'a storage is cut short, or has another length than the pickle says',
      });
    }
    bytesOf.set(storage.key, bytes.subarray(start, at));
  }
  if (at !== bytes.length) throw invalid(`${where}, byte ${at}`, { what: 'bytes follow the last storage' });
  return stateDictOf(value, where, ({ key }) => {
    const storage = bytesOf.get(key);
    if (storage === undefined) throw invalid(where, { what: `the file lacks the storage ${quoted(key)}` });
    return storage;
  });
}
