import { fc, test as property } from '@fast-check/jest';
import pico from 'picocolors';
import { stripVTControlCharacters } from 'node:util';
import { table, textWidth } from '../../src/report/text/table';

const GROUPS = [
  { heading: '', columns: ['lr', 'epoch'] },
  { heading: 'test loss', columns: ['printed', 'band'] },
  { heading: 'accuracy', columns: ['printed', 'band'] },
];
const ROWS = [
  ['0.01', '1', '0.0472', '0.03 … 0.06', '98.41', '97.90 … 98.80'],
  ['', '2', '0.0299', '0.02 … 0.05', '98.98', '98.10 … 99.01'],
];

test('a table is one where it has room', () => {
  const text = `                 test loss             accuracy
  lr  epoch  printed         band  printed           band
0.01      1   0.0472  0.03 … 0.06    98.41  97.90 … 98.80
          2   0.0299  0.02 … 0.05    98.98  98.10 … 99.01`;
  expect(table(GROUPS, ROWS)).toBe(text);
  expect(table(GROUPS, ROWS, textWidth(text))).toBe(text);
});

test('a table without room is cut between its groups, and each part says what its rows are', () => {
  expect(table(GROUPS, ROWS, 56)).toBe(`                 test loss
  lr  epoch  printed         band
0.01      1   0.0472  0.03 … 0.06
          2   0.0299  0.02 … 0.05

                  accuracy
  lr  epoch  printed           band
0.01      1    98.41  97.90 … 98.80
          2    98.98  98.10 … 99.01`);
});

test('a group without room is cut between its columns', () => {
  expect(table(GROUPS, ROWS, 26)).toBe(`            test loss
  lr  epoch    printed
0.01      1     0.0472
          2     0.0299

             test loss
  lr  epoch         band
0.01      1  0.03 … 0.06
          2  0.02 … 0.05

            accuracy
  lr  epoch   printed
0.01      1     98.41
          2     98.98

              accuracy
  lr  epoch           band
0.01      1  97.90 … 98.80
          2  98.10 … 99.01`);
});

test('colours take no width, and an emoji two columns', () => {
  const { green } = pico.createColors(true);
  const coloured = ROWS.map((row) => row.map((text) => green(text)));
  expect(stripVTControlCharacters(table(GROUPS, coloured, 56))).toBe(table(GROUPS, ROWS, 56));
  expect(textWidth('ab\n✅✅ c\nd')).toBe(6);
});

property.prop([
  fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
  fc.integer({ min: 32, max: 90 }),
  fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 60, maxLength: 60 }),
])('no part is wider than the room, and no cell is lost', (sizes, columns, words) => {
  const groups = [
    { heading: '', columns: ['key'] },
    ...sizes.map((size, i) => ({ heading: `group ${i}`, columns: Array<string>(size).fill('column') })),
  ];
  const width = 1 + sizes.reduce((sum, size) => sum + size);
  const rows = [words.slice(0, width), words.slice(width, 2 * width)];
  const text = table(groups, rows, columns);
  expect(textWidth(text)).toBeLessThanOrEqual(columns);
  const cells = text.split(/\s+/);
  for (const cell of rows.flat()) expect(cells).toContain(cell);
});
