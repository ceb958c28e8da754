import { join } from 'node:path';
import { fits } from './fault';
import { FAULTS } from './table';

const ROOT = join(__dirname, '../..');

test('every fault of the table fits the code', () => {
  expect(FAULTS.filter((fault) => !fits(fault, ROOT)).map(({ name, file }) => `${name} (${file})`)).toEqual(
    [],
  );
  expect(fits({ ...FAULTS[0], find: 'stands nowhere' }, ROOT)).toBe(false);
});

test('no two have the same name', () => {
  expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
});
