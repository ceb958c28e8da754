import { stateDictOfBytes } from '../../../src/pytorch/checkpoint/read';
import { valuesOf } from '../../../src/pytorch/checkpoint/tensor';
import { refusal } from '../../refusal';
import { archiveOf, pickleOf, stateDict, storage, tensor, text, uint32 } from './archive';

const floats = (count: number): Uint8Array =>
  new Uint8Array(Float32Array.from({ length: count }, (_, i) => i).buffer);
const read = (pickle: Buffer, count = 6): ReturnType<typeof stateDictOfBytes> =>
  stateDictOfBytes(archiveOf(pickle, { 'data/0': floats(count) }), 'm.pth');

const six = storage('0', 6);
const x = tensor(six, 0, [6], [1]);

test('the pickle that the others are changes of is read', () => {
  const [read1] = read(pickleOf(stateDict(x)));
  expect([read1.name, ...valuesOf(read1, 'm.pth')]).toEqual(['x', 0, 1, 2, 3, 4, 5]);
});

test('strides and offset say which elements, in which order', () => {
  const values = (offset: number, shape: number[], stride: number[]): number[] => [
    ...valuesOf(read(pickleOf(stateDict(tensor(six, offset, shape, stride))))[0], 'm.pth'),
  ];
  expect(values(0, [3, 2], [1, 3])).toEqual([0, 3, 1, 4, 2, 5]);
  expect(values(1, [2], [3])).toEqual([1, 4]);
  expect(values(5, [], [])).toEqual([5]);
  expect(values(6, [0, 9], [1, 1])).toEqual([]);
  expect(values(2, [2, 3], [1, 0])).toEqual([2, 2, 2, 3, 3, 3]);
});

/** What a pickle may not do, and by which name it is refused. */
test.each<[string, string, RegExp]>([
  ['a call of os.system', `cos\nsystem\n(${text('true')}tR`, /"os\.system"/],
  ['a call of eval', `cbuiltins\neval\n(${text('1')}tR`, /"builtins\.eval"/],
  ['an import that nothing calls', stateDict(`cposix\nsystem\n`), /"posix\.system"/],
  ['an import by a name with control characters', 'c\x1b[2J\n\x07\n', /"\\u001b\[2J\.\\u0007"/],
  ['an import of a name of a mebibyte', `c${'a'.repeat(2 ** 20)}\nb\n`, /"a{80}…"/],
  ['an import of a submodule of torch', 'ctorch.hub\nload\n', /"torch\.hub\.load"/],
  ['an attribute that every object has', 'ctoString\n\n', /"toString\."/],
  ['INST', '(ios\nsystem\n', /opcode "i"/],
  ['OBJ', '(o', /opcode "o"/],
  ['NEWOBJ', 'ccollections\nOrderedDict\n)\x81', /opcode "\\u0081"/],
  ['STACK_GLOBAL', `${text('os')}${text('system')}\x93`, /opcode "\\u0093"/],
  ['EXT1', '\x82\x01', /opcode "\\u0082"/],
  ['PERSID', 'Pos.system\n', /opcode "P"/],
  ['a number as text', 'I1\n', /opcode "I"/],
  ['DUP', 'N2', /opcode "2"/],
  ['the state of a tensor', `${x}}b`, /sets the state/],
  ['a state that is not a dict', `ccollections\nOrderedDict\n)RNb`, /sets the state/],
  ['a call of OrderedDict with arguments', `ccollections\nOrderedDict\n(]tR`, /OrderedDict with arguments/],
  ['a call of a storage', `ctorch\nFloatStorage\n)R`, /calls torch\.FloatStorage/],
  ['a call of a text', `${text('os.system')})R`, /calls what is not a function/],
  [
    'a parameter that is no tensor',
    'ctorch._utils\n_rebuild_parameter\n(NtR',
    /calls torch\._utils\._rebuild_parameter/,
  ],
  ['a persistent id that is no storage', `(${text('module')}NtQ`, /not a storage/],
  ['a persistent id that is a text', `${text('storage')}Q`, /not a storage/],
  ['a storage of another class', storage('0', 6, 'collections\nOrderedDict'), /not a storage/],
  ['protocol 4', '\x80\x04', /another protocol/],
  ['a tensor of a million elements from one', stateDict(tensor(six, 0, [1000000], [0])), /overlap/],
  ['a thousand lists of a byte each', ']'.repeat(1000), /more objects/],
  ['two state dicts', `}(${text('a')}${stateDict(x)}${text('b')}${stateDict(x)}u`, /more than one/],
  ['no state dict', ']', /no state dict/],
])('%s is refused by name', (_, ops, message) => {
  const error = refusal(() => read(pickleOf(ops)));
  expect(error?.code).toBe('checkpoint-refused');
  expect(error?.facts.what).toMatch(message);
});

/** What no pickler writes. */
test.each<[string, string, RegExp]>([
  ['an empty stack', 'R', /empty stack/],
  ['a tuple from below a mark', 'N(\x85', /empty stack/],
  ['a list from below a mark', '](Na', /empty stack/],
  ['no mark', 'Nt', /empty stack/],
  ['a value too many', 'NN', /leaves values behind/],
  ['a number that was not memoised', 'h\x07', /not memoised/],
  ['a tuple that grows', `)Na`, /not a list/],
  ['a tuple that grows after it was a shape', `(J${uint32(6)}tq\x01h\x01Na`, /not a list/],
  ['a list with items', `]NNs`, /not a dict/],
  ['a key without its value', `}(Nu`, /not a dict/],
  ['a call without a tuple', 'ccollections\nOrderedDict\nNR', /no tuple/],
  ['a text that is not UTF-8', `X${uint32(1)}\xff`, /not UTF-8/],
  ['a tensor without storage', stateDict(tensor('N', 0, [1], [1])), /no storage/],
  ['a tensor beyond its storage', stateDict(tensor(six, 0, [7], [1])), /beyond its storage/],
  ['a tensor that begins beyond its storage', stateDict(tensor(six, 6, [1], [1])), /beyond its storage/],
  ['a stride beyond the storage', stateDict(tensor(six, 0, [2, 2], [1, 5])), /beyond its storage/],
  [
    'a shape of 2^62 elements',
    stateDict(tensor(six, 0, [2 ** 31 - 1, 2 ** 31 - 1], [0, 0])),
    /beyond its storage/,
  ],
  ['an offset below zero', stateDict(tensor(six, 2 ** 32 - 1, [1], [1])), /no valid offset/],
  ['a stride for each of other dimensions', stateDict(tensor(six, 0, [2], [1, 1])), /no valid offset/],
  ['a storage of another size', stateDict(tensor(storage('0', 5), 0, [1], [1])), /another size/],
  ['a storage that is not there', stateDict(tensor(storage('1', 6), 0, [1], [1])), /lacks a record/],
  [
    'a storage that is two things',
    `}(${text('x')}${x}${text('y')}${tensor(storage('0', 3), 0, [1], [1])}u`,
    /two things/,
  ],
  ['a key twice', `}(${text('x')}${x}${text('x')}${x}u`, /"x" twice/],
])('%s is damage', (_, ops, message) => {
  const error = refusal(() => read(pickleOf(ops)));
  expect(error?.code).toBe('checkpoint-invalid');
  expect(error?.facts.what).toMatch(message);
});

test('a pickle without an end, or with something behind it, is damage', () => {
  const pickle = pickleOf(stateDict(x));
  for (let length = 0; length < pickle.length; length++) {
    expect(refusal(() => read(pickle.subarray(0, length)))?.code).toBe('checkpoint-invalid');
  }
  const longer = Buffer.concat([pickle, Buffer.from('.')]);
  expect(refusal(() => read(longer))?.facts.what).toMatch(/bytes follow/);
});

test('one dict under a hundred thousand keys is looked at once, and is the state dict', () => {
  const inner = `}q\x00(${Array.from({ length: 20_000 }, (_, i) => `${text(`k${i}`)}h\x01`).join('')}u`;
  const again = `${text('e')}h\x00`.repeat(100_000);
  expect(read(pickleOf('}', `${text('t')}${x}q\x01s`, `(${text('d')}${inner}${again}u`))).toHaveLength(
    20_000,
  );
});
