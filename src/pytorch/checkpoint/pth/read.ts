import { invalid, quoted, refused } from '../fault';
import type { StoredTensor } from '../tensor';
import { isLegacy, readLegacy } from './legacy';
import { ITEM_SIZES, stateDictOf } from './stateDict';
import { unpickle } from './unpickle';
import { isZip, readStoredZip, type Records } from './zip';

export function isPth(bytes: Buffer): boolean {
  return isZip(bytes) || isLegacy(bytes);
}

/**
 * The tensors of a file that `torch.save` wrote: of a state dict, or of the only state dict among the values of a dict.
 *
 * @param where names the file
 * @throws AssayError `checkpoint-invalid`; `checkpoint-refused` where the file asks for more than tensors and plain containers.
 */
export function readPth(bytes: Buffer, where: string): StoredTensor[] {
  if (isLegacy(bytes)) return readLegacy(bytes, where);
  const records = new Archive(readStoredZip(bytes, where), where);
  const byteOrder = records.find('byteorder')?.toString('latin1') ?? 'little';
  if (byteOrder !== 'little') {
    throw refused(where, {
      what: 'the numbers are stored in another byte order',
      expected: 'little',
      got: quoted(byteOrder),
    });
  }
  const pickle = records.get('data.pkl');
  const place = `${where}, data.pkl`;
  const { value, length: pickleLength } = unpickle(pickle, place);
  if (pickleLength !== pickle.length) throw invalid(place, { what: 'bytes follow the end of the pickle' });
  return stateDictOf(value, where, ({ key, dtype, length }) => {
    const bytes = records.get(`data/${key}`);
    const expected = length * ITEM_SIZES[dtype];
    if (bytes.length === expected) return bytes;
    throw invalid(`${where}, storage ${quoted(key)}`, {
      what: 'a storage has another size than the pickle says',
      expected: `${expected} bytes: ${length} of ${dtype}`,
      got: `${bytes.length} bytes`,
    });
  });
}

/** An archive whose records all lie in one folder, as PyTorch's do. */
class Archive {
  private readonly folder: string;

  constructor(
    private readonly records: Records,
    private readonly where: string,
  ) {
    const [first = ''] = records.keys();
    this.folder = first.slice(0, first.indexOf('/') + 1);
  }

  find(name: string): Buffer | undefined {
    return this.records.get(this.folder + name);
  }

  get(name: string): Buffer {
    const record = this.find(name);
    if (record !== undefined) return record;
    throw invalid(this.where, { what: 'the archive lacks a record', expected: quoted(this.folder + name) });
  }
}
