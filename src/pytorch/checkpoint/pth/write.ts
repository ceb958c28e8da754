import { zipSync, type Zippable } from 'fflate';
import type { NamedTensor } from '../../../engine/engine';
import { stateDictPickle } from './stateDictPickle';

/** PyTorch aligns each record's bytes, so that tensors can be mapped into memory. */
const ALIGNMENT = 64;
const LOCAL_HEADER_BYTES = 30;
const EXTRA_FIELD_HEADER_BYTES = 4;
/** 'FB', under which PyTorch's own writer pads. */
const PADDING_FIELD_ID = 0x4246;

/**
 * A checkpoint as `torch.save(state_dict, path)` writes it: a zip archive, stored, of `data.pkl` (an OrderedDict of tensors), the
 * bytes of each float32 tensor, and the format's version. The same parameters give the same bytes.
 *
 * Source: torch/serialization.py (`_save`), caffe2/serialize/inline_container.cc.
 *
 * @param archiveName folder inside the archive; PyTorch takes the file's name without its extension
 */
export function pthOf(parameters: readonly NamedTensor[], archiveName: string): Uint8Array {
  const records: [string, Uint8Array][] = [
    ['data.pkl', stateDictPickle(parameters)],
    ...parameters.map(({ data }, key): [string, Uint8Array] => [`data/${key}`, bytesOf(data)]),
    ['version', Buffer.from('3\n')],
  ];
  const archive: Zippable = {};
  let offset = 0;
  for (const [record, bytes] of records) {
    const name = `${archiveName}/${record}`;
    const headerEnd = offset + LOCAL_HEADER_BYTES + Buffer.byteLength(name) + EXTRA_FIELD_HEADER_BYTES;
    const padding = (ALIGNMENT - (headerEnd % ALIGNMENT)) % ALIGNMENT;
    archive[name] = [bytes, { extra: { [PADDING_FIELD_ID]: Buffer.alloc(padding, 'Z') } }];
    offset = headerEnd + padding + bytes.length;
  }
  // Zip stores local time: a date made from local fields gives the same bytes in every time zone.
  return zipSync(archive, { level: 0, mtime: new Date(1980, 0, 1) });
}

function bytesOf(data: Float32Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
