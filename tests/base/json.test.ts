import { fc, test as property } from '@fast-check/jest';
import { parseJson, shortJson } from '../../src/base/json';
import { schemaOf } from '../../src/base/schema';
import { refusal } from '../refusal';

property.prop([fc.jsonValue()])('what JSON.parse reads is read', (value) => {
  const text = JSON.stringify(value, null, 1);
  expect(parseJson(text, 'f')).toEqual(JSON.parse(text));
});

test('what is not JSON is refused, with the place', () => {
  const error = refusal(() => parseJson('{\n "a": 1,\n b', 'f'));
  expect(error).toMatchObject({ code: 'json-syntax', facts: { where: 'f, line 3, column 2' } });
});

test('a hundred within each other are read, brackets in texts not counted, and a hundred and one are not', () => {
  const nested = (depth: number): string => '[{"\\"[[":'.repeat(depth / 2) + '0' + '}]'.repeat(depth / 2);
  expect(parseJson(nested(100), 'f')).toEqual(JSON.parse(nested(100)));
  expect(refusal(() => parseJson(`\n${nested(102)}`, 'f'))?.facts).toMatchObject({
    what: 'the JSON is nested too deeply',
    where: 'f, line 2, column 451',
  });
  expect(refusal(() => parseJson('['.repeat(50_000_000), 'f'))?.code).toBe('json-syntax');
});

test('what is longer than V8 could hold is refused', () => {
  expect(refusal(() => parseJson(' '.repeat(2 ** 26 + 1), 'f'))?.facts.what).toBe('the JSON is too long');
  expect(parseJson(`${' '.repeat(2 ** 26 - 1)}1`, 'f')).toBe(1);
});

test.each<[unknown, string]>([
  [undefined, 'nothing'],
  [{ a: [1, 'x', null], b: {} }, '{"a":[1,"x",null],"b":{}}'],
  ['x'.repeat(98), `"${'x'.repeat(98)}"`],
  ['x'.repeat(99), `"${'x'.repeat(98)}…`],
  [new Array(1_000_000).fill('x'.repeat(1000)), `["${'x'.repeat(97)}…`],
  [JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)), `${'['.repeat(99)}…`],
])('a value is shown as JSON, and no more of it than fits', (value, expected) => {
  expect(shortJson(value)).toBe(expected);
});

test('of three million faults the first is told', () => {
  const losses = `[${'"x",'.repeat(3_000_000)}"x"]`;
  const schema = schemaOf('first-losses', 'job-invalid');
  const error = refusal(() => schema.parse(`{"from":1,"losses":${losses}}`, 'f'));
  expect(error?.facts).toMatchObject({ where: 'f, losses[0]', got: '"x"' });
});

test('a key of three million characters is unknown, and like no other', () => {
  const error = refusal(() =>
    schemaOf('probe-job', 'job-invalid').parse(`{"${'seed'.repeat(750_000)}":1}`, 'f'),
  );
  expect(error?.facts.what).toMatch(/^unknown key 'seedseed/);
  expect(error?.facts.hint).toBeUndefined();
  expect(error?.message.length).toBeLessThan(20_000);
});
