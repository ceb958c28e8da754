import { isUtf8 } from '../../../base/utf8';
import { invalid, quoted, refused, shapeText } from '../fault';
import { elementCount, MOST_DIMENSIONS } from '../tensor';

/** The items of what has none; an array of its own for each would take more memory than the opcode that asks for it. */
const NONE: Pickled[] = [];

/** What a pickle may hold; a tuple is an array. */
export type Pickled =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly Pickled[]
  | PickledList
  | PickledDict
  | PickledStorage
  | PickledTensor
  | PickledGlobal;

export class PickledList {
  items: Pickled[] = NONE;
}

export class PickledDict {
  /** Key, value, key, value …, in the order in which they were set. */
  items: Pickled[] = NONE;
}

/** Names bytes that are stored beside the pickle. */
export class PickledStorage {
  constructor(
    readonly key: string,
    readonly dtype: string,
    /** In elements. */
    readonly length: number,
  ) {}
}

/** Lies within its storage, and has no more elements than that. */
export class PickledTensor {
  constructor(
    readonly storage: PickledStorage,
    /** In elements. */
    readonly offset: number,
    readonly shape: readonly number[],
    /** In elements. */
    readonly stride: readonly number[],
  ) {}
}

/** One of the few names that a pickle may import. */
class PickledGlobal {
  constructor(readonly name: string) {}
}

const ORDERED_DICT = 'collections.OrderedDict';
const REBUILD_TENSOR = 'torch._utils._rebuild_tensor_v2';
const REBUILD_PARAMETER = 'torch._utils._rebuild_parameter';

/** By the class of storage that has them. */
const DTYPES: ReadonlyMap<string, string> = new Map([
  ['torch.FloatStorage', 'float32'],
  ['torch.DoubleStorage', 'float64'],
  ['torch.HalfStorage', 'float16'],
  ['torch.BFloat16Storage', 'bfloat16'],
  ['torch.LongStorage', 'int64'],
  ['torch.IntStorage', 'int32'],
  ['torch.ShortStorage', 'int16'],
  ['torch.CharStorage', 'int8'],
  ['torch.ByteStorage', 'uint8'],
  ['torch.BoolStorage', 'bool'],
  ['torch.ComplexDoubleStorage', 'complex128'],
  ['torch.ComplexFloatStorage', 'complex64'],
]);

const GLOBALS: ReadonlyMap<string, PickledGlobal> = new Map(
  [ORDERED_DICT, REBUILD_TENSOR, REBUILD_PARAMETER, ...DTYPES.keys()].map((name) => [
    name,
    new PickledGlobal(name),
  ]),
);

const PROTOCOL = 2;
/**
 * A pickler numbers each object that it writes, and from the 257th on that takes five bytes and the object one at least: so memory stays in proportion
 * to the file.
 */
const LEAST_BYTES_PER_OBJECT = 5;
const SPARE_OBJECTS = 300;
/**
 * Each opcode puts one thing at most on the stack, among the marks or into the memo, and all these have an end in V8. PyTorch writes about thirty for a
 * tensor.
 */
const MOST_OPCODES = 4_000_000;
const MOST_TEXT_BYTES = 2 ** 26;

export interface Unpickled {
  readonly value: Pickled;
  /** Of the pickle, in bytes. */
  readonly length: number;
  /** All that the pickle refers to, by their keys. */
  readonly storages: ReadonlyMap<string, PickledStorage>;
}

/**
 * Reads the pickle at the start of `bytes`. A pickle is a program: this runs none of it. It knows the opcodes that build numbers, strings, tuples,
 * lists and dicts, and in place of calls it recognises three: of OrderedDict without arguments, and of the functions that put a tensor together.
 *
 * Source: Lib/pickle.py, and torch/_weights_only_unpickler.py, which admits more.
 *
 * @param where names the pickle
 * @throws AssayError `checkpoint-invalid`; `checkpoint-refused`, by name, for everything else that a pickle may do.
 */
export function unpickle(bytes: Buffer, where: string): Unpickled {
  return new Unpickler(bytes, where).run();
}

class Unpickler {
  private at = 0;
  /** Of the opcode that is being read. */
  private opcodeAt = 0;
  private readonly stack: Pickled[] = [];
  /** Lengths of the stack at which there are marks. */
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, Pickled>();
  private readonly storages = new Map<string, PickledStorage>();
  private objectsLeft: number;

  constructor(
    private readonly bytes: Buffer,
    private readonly where: string,
  ) {
    this.objectsLeft = SPARE_OBJECTS + bytes.length / LEAST_BYTES_PER_OBJECT;
  }

  run(): Unpickled {
    for (let count = 1; ; count++) {
      this.opcodeAt = this.at;
      if (count > MOST_OPCODES)
        throw this.refused({ what: 'the pickle is too long', expected: `at most ${MOST_OPCODES} opcodes` });
      const opcode = String.fromCharCode(this.take(1)[0]);
      if (opcode === '.') break;
      this.execute(opcode);
    }
    const value = this.pop();
    if (this.stack.length > 0) throw this.invalid('the pickle leaves values behind');
    return { value, length: this.at, storages: this.storages };
  }

  private execute(opcode: string): void {
    switch (opcode) {
      case '\x80': {
        const [protocol] = this.take(1);
        if (protocol !== PROTOCOL) {
          const [expected, got] = [PROTOCOL, protocol].map((version) => `protocol ${version}`);
          throw this.refused({ what: 'the pickle is of another protocol', expected, got });
        }
        return;
      }
      case 'c':
        return this.push(this.global(`${this.line()}.${this.line()}`));
      case 'R': {
        const args = this.pop();
        return this.push(this.call(this.pop(), args));
      }
      case 'b': {
        // An OrderedDict's attributes: `_metadata`, the versions of a module's classes.
        if (!(this.pop() instanceof PickledDict) || !(this.top() instanceof PickledDict)) {
          throw this.refused({ what: 'the pickle sets the state of an object', expected: ONLY });
        }
        return;
      }
      case 'Q':
        return this.push(this.storage(this.pop()));
      case '(':
        this.marks.push(this.stack.length);
        return;
      case ')':
        return this.push(NONE);
      case 't':
        return this.pushObject(this.popToMark());
      case '\x85':
      case '\x86':
      case '\x87':
        return this.pushObject(this.popMany(opcode.charCodeAt(0) - 0x84));
      case ']':
        return this.pushObject(new PickledList());
      case 'a':
        return this.append([this.pop()]);
      case 'e':
        return this.append(this.popToMark());
      case '}':
        return this.pushObject(new PickledDict());
      case 's':
        return this.setItems(this.popMany(2));
      case 'u':
        return this.setItems(this.popToMark());
      case 'N':
        return this.push(null);
      case '\x88':
        return this.push(true);
      case '\x89':
        return this.push(false);
      case 'J':
        return this.push(this.take(4).readInt32LE());
      case 'K':
        return this.push(this.take(1)[0]);
      case 'M':
        return this.push(this.take(2).readUInt16LE());
      case '\x8a':
        return this.pushObject(longOf(this.take(this.take(1)[0])));
      case 'G':
        return this.pushObject(this.take(8).readDoubleBE());
      case 'X':
        return this.pushObject(this.text(this.take(this.take(4).readUInt32LE())));
      case 'q':
        return this.memoise(this.take(1)[0]);
      case 'r':
        return this.memoise(this.take(4).readUInt32LE());
      case 'h':
        return this.recall(this.take(1)[0]);
      case 'j':
        return this.recall(this.take(4).readUInt32LE());
      default:
        throw this.refused({
          what: `the pickle has the opcode ${quoted(opcode)}`,
          expected: ONLY,
          hint: HINT,
        });
    }
  }

  private global(name: string): PickledGlobal {
    const known = GLOBALS.get(name);
    if (known !== undefined) return known;
    throw this.refused({
      what: `the pickle asks for ${quoted(name)}, which is not imported`,
      expected: ONLY,
      hint: HINT,
    });
  }

  private call(callee: Pickled, args: Pickled): Pickled {
    const name = callee instanceof PickledGlobal ? callee.name : undefined;
    if (!Array.isArray(args)) throw this.invalid('a call has no tuple of arguments');
    this.countObject();
    if (name === ORDERED_DICT && args.length === 0) return new PickledDict();
    if (name === REBUILD_TENSOR) return this.tensor(args);
    if (name === REBUILD_PARAMETER && args[0] instanceof PickledTensor) return args[0];
    const what = `the pickle calls ${name ?? 'what is not a function'}${name === ORDERED_DICT ? ' with arguments' : ''}`;
    throw this.refused({ what, expected: ONLY, hint: HINT });
  }

  /** Of `_rebuild_tensor_v2(storage, storage_offset, size, stride, requires_grad, backward_hooks)`. */
  private tensor([storage, offset, shape, stride]: readonly Pickled[]): PickledTensor {
    if (!(storage instanceof PickledStorage)) throw this.invalid('a tensor has no storage');
    if (!isSize(offset) || !isSizes(shape) || !isSizes(stride) || shape.length !== stride.length) {
      throw this.invalid('a tensor has no valid offset, shape and stride');
    }
    if (shape.length > MOST_DIMENSIONS) {
      throw this.refused({
        what: 'a tensor has too many dimensions',
        expected: `at most ${MOST_DIMENSIONS}`,
        got: String(shape.length),
      });
    }
    const count = elementCount(shape);
    const last = shape.reduce((at, length, axis) => at + (length - 1) * stride[axis], offset);
    if (
      count === undefined ||
      (count > 0 && last >= storage.length) ||
      (count === 0 && offset > storage.length)
    ) {
      throw this.invalid(
        'a tensor reaches beyond its storage',
        `${storage.length} elements`,
        shapeText(shape),
      );
    }
    if (count > storage.length) {
      throw this.refused({
        what: 'a tensor has more elements than its storage: they overlap, as those of an expanded tensor do',
        expected: `at most ${storage.length}`,
        got: String(count),
        hint: 'save tensor.contiguous()',
      });
    }
    return new PickledTensor(storage, offset, shape, stride);
  }

  /** Of the tuple `('storage', class, key, location, length)`; a sixth field, of the format before zip, names a view. */
  private storage(id: Pickled): PickledStorage {
    const [kind, type, key, location, length, view] = Array.isArray(id) ? (id as readonly Pickled[]) : [];
    const dtype = type instanceof PickledGlobal ? DTYPES.get(type.name) : undefined;
    if (
      kind !== 'storage' ||
      dtype === undefined ||
      typeof key !== 'string' ||
      typeof location !== 'string' ||
      !isSize(length)
    ) {
      throw this.refused({ what: 'the pickle refers to something that is not a storage', expected: ONLY });
    }
    if (view !== undefined && view !== null) {
      throw this.refused({
        what: 'a storage is a view of another one',
        hint: 'save it with a PyTorch from 1.6 on',
      });
    }
    this.countObject();
    const storage = this.storages.get(key) ?? new PickledStorage(key, dtype, length);
    if (storage.dtype !== dtype || storage.length !== length) {
      throw this.invalid(
        'a storage is said to be two things',
        `${storage.length} of ${storage.dtype}`,
        `${length} of ${dtype}`,
      );
    }
    this.storages.set(key, storage);
    return storage;
  }

  private append(values: Pickled[]): void {
    const list = this.top();
    if (!(list instanceof PickledList)) throw this.invalid('the pickle appends to what is not a list');
    extend(list, values);
  }

  private setItems(items: Pickled[]): void {
    const dict = this.top();
    if (!(dict instanceof PickledDict) || items.length % 2 !== 0) {
      throw this.invalid('the pickle sets items of what is not a dict');
    }
    extend(dict, items);
  }

  private memoise(number: number): void {
    this.memo.set(number, this.top());
  }

  private recall(number: number): void {
    const value = this.memo.get(number);
    if (value === undefined) throw this.invalid('the pickle recalls what it has not memoised');
    this.push(value);
  }

  private push(value: Pickled): void {
    this.stack.push(value);
  }

  private pushObject(value: Pickled): void {
    this.countObject();
    this.push(value);
  }

  private countObject(): void {
    if (--this.objectsLeft < 0)
      throw this.refused({ what: 'the pickle makes more objects than any that was written by PyTorch' });
  }

  private top(): Pickled {
    if (this.stack.length <= this.lastMark()) throw this.invalid('the pickle takes from an empty stack');
    return this.stack[this.stack.length - 1];
  }

  private pop(): Pickled {
    const value = this.top();
    this.stack.pop();
    return value;
  }

  private popMany(count: number): Pickled[] {
    if (this.stack.length - count < this.lastMark())
      throw this.invalid('the pickle takes from an empty stack');
    return this.stack.splice(-count);
  }

  private popToMark(): Pickled[] {
    const mark = this.marks.pop();
    if (mark === undefined) throw this.invalid('the pickle takes from an empty stack');
    return this.stack.splice(mark);
  }

  private lastMark(): number {
    return this.marks.length === 0 ? 0 : this.marks[this.marks.length - 1];
  }

  private take(count: number): Buffer {
    const end = this.at + count;
    if (end > this.bytes.length) throw this.invalid('the pickle has no end');
    const taken = this.bytes.subarray(this.at, end);
    this.at = end;
    return taken;
  }

  /** Up to a line feed, which is left out. */
  private line(): string {
    const end = this.bytes.indexOf('\n', this.at);
    if (end < 0) throw this.invalid('the pickle has no end');
    const text = this.text(this.bytes.subarray(this.at, end));
    this.at = end + 1;
    return text;
  }

  private text(utf8: Buffer): string {
    if (utf8.length > MOST_TEXT_BYTES) throw this.refused({ what: 'the pickle has a text that is too long' });
    if (!isUtf8(utf8)) throw this.invalid('the pickle has a text that is not UTF-8');
    return utf8.toString('utf8');
  }

  private invalid(what: string, expected?: string, got?: string): Error {
    return invalid(this.place(), { what, expected, got });
  }

  private refused(facts: Parameters<typeof refused>[1]): Error {
    return refused(this.place(), facts);
  }

  private place(): string {
    return `${this.where}, byte ${this.opcodeAt}`;
  }
}

const ONLY = 'only tensors, storages, OrderedDict and plain containers';
const HINT = 'a pickle is a program, and none is run here; in Python: torch.save(model.state_dict(), path)';

function extend(container: PickledList | PickledDict, items: Pickled[]): void {
  if (container.items === NONE) container.items = items;
  else for (const item of items) container.items.push(item);
}

function isSize(value: Pickled | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function isSizes(value: Pickled | undefined): value is readonly number[] {
  return Array.isArray(value) && (value as readonly Pickled[]).every(isSize);
}

/** A little-endian integer in two's complement. */
function longOf(bytes: Buffer): number | bigint {
  if (bytes.length === 0) return 0;
  const value = BigInt.asIntN(8 * bytes.length, BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`));
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
