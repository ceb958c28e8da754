import type { NamedTensor } from '../../../engine/engine';

/**
 * The `data.pkl` of a checkpoint: a pickle (protocol 2) of an OrderedDict of tensors whose bytes are the records `data/0`,
 * `data/1` … in the order of `parameters`. Byte for byte what PyTorch writes, because it makes the same calls of a pickler.
 *
 * Source: torch/serialization.py (`persistent_id`), torch/_tensor.py (`_reduce_ex_internal`), Lib/pickle.py.
 */
export function stateDictPickle(parameters: readonly NamedTensor[]): Uint8Array {
  const pickler = new Pickler();
  pickler.ops('\x80\x02'); // PROTO 2
  emptyOrderedDict(pickler);
  pickler.memoise();
  pickler.ops('('); // MARK
  for (const [index, { name, shape, data }] of parameters.entries()) {
    pickler.string(name);
    // torch._utils._rebuild_tensor_v2(storage, storage_offset, size, stride, requires_grad, backward_hooks)
    pickler.global('torch._utils', '_rebuild_tensor_v2');
    pickler.ops('((');
    pickler.constant('storage');
    pickler.global('torch', 'FloatStorage');
    pickler.string(String(index));
    pickler.constant('cpu');
    pickler.integer(data.length);
    pickler.ops('t'); // TUPLE, from the inner MARK
    pickler.memoise();
    pickler.ops('Q'); // BINPERSID: the tuple names a storage
    pickler.integer(0);
    pickler.tuple(shape);
    pickler.tuple(stridesOf(shape));
    pickler.ops('\x89'); // NEWFALSE
    emptyOrderedDict(pickler);
    pickler.memoise();
    pickler.ops('t');
    pickler.memoise();
    pickler.ops('R'); // REDUCE: the call
    pickler.memoise();
  }
  pickler.ops('u.'); // SETITEMS, STOP
  return pickler.bytes();
}

function emptyOrderedDict(pickler: Pickler): void {
  pickler.global('collections', 'OrderedDict');
  pickler.ops(')R'); // EMPTY_TUPLE, REDUCE
}

/** Row-major strides, in elements, as `tensor.stride()` gives them. */
function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((stride, size) => stride * size, 1));
}

/** Numbers ("memoises") each object that it writes, as Python's does, and refers to a repeated one by its number. */
class Pickler {
  private readonly chunks: Buffer[] = [];
  private readonly numbers = new Map<string, number>();
  private memoised = 0;

  bytes(): Uint8Array {
    return Buffer.concat(this.chunks);
  }

  /** Opcodes, one per character. */
  ops(characters: string): void {
    this.chunks.push(Buffer.from(characters, 'latin1'));
  }

  /** The object written last gets the next number. */
  memoise(): void {
    const number = this.memoised++;
    if (number < 0x100) this.op('q', [number]);
    else this.op('r', uint32Bytes(number));
  }

  string(value: string): void {
    const utf8 = Buffer.from(value);
    this.op('X', [...uint32Bytes(utf8.length), ...utf8]);
    this.memoise();
  }

  integer(value: number): void {
    if (value < 0x100) this.op('K', [value]);
    else if (value < 0x10000) this.op('M', [value & 0xff, value >> 8]);
    else this.op('J', uint32Bytes(value));
  }

  /** Of at least one integer. */
  tuple(items: readonly number[]): void {
    if (items.length > 3) this.ops('('); // MARK
    for (const item of items) this.integer(item);
    this.ops(items.length > 3 ? 't' : ['\x85', '\x86', '\x87'][items.length - 1]); // TUPLE, TUPLE1, TUPLE2, TUPLE3
    this.memoise();
  }

  global(module: string, name: string): void {
    this.once(`${module}.${name}`, () => {
      this.ops(`c${module}\n${name}\n`);
      this.memoise();
    });
  }

  /** A string that Python holds once, however often it occurs. */
  constant(value: string): void {
    this.once(value, () => this.string(value));
  }

  private once(object: string, write: () => void): void {
    const number = this.numbers.get(object);
    if (number !== undefined) {
      this.op('h', [number]); // BINGET: all such objects are among the first 256
    } else {
      write();
      this.numbers.set(object, this.memoised - 1);
    }
  }

  private op(opcode: string, argument: readonly number[]): void {
    this.ops(opcode);
    this.chunks.push(Buffer.from(argument));
  }
}

function uint32Bytes(value: number): number[] {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return [...bytes];
}
