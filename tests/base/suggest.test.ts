import { fc, test as property } from '@fast-check/jest';
import { suggest } from '../../src/base/suggest';

const KEYS = ['inChannels', 'outChannels', 'kernelSize', 'padding', 'p', 'lr'];

test.each([
  ['kernelSise', 'kernelSize'], // replaced
  ['kernlSize', 'kernelSize'], // missing
  ['kernelSizes', 'kernelSize'], // too many
  ['kernelSzie', 'kernelSize'], // swapped
  ['KERNELSIZE', 'kernelSize'],
  ['kernel_size', 'kernelSize'],
  ['outchanels', 'outChannels'],
  ['stride', undefined],
  ['padding2', undefined], // a digit is not mistyped
  ['x', undefined],
  ['', undefined],
])("'%s' suggests %s", (word, expected) => {
  expect(suggest(word, KEYS)).toBe(expected);
});

property.prop([fc.constantFrom(...KEYS.slice(0, 4)), fc.nat(), fc.stringMatching(/^[a-z]?$/)])(
  'any key with one character edited suggests itself',
  (key, at, character) => {
    const position = at % key.length;
    expect(suggest(key.slice(0, position) + character + key.slice(position + 1), KEYS)).toBe(key);
  },
);
