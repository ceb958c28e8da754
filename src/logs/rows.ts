import { numberOf, printedOf } from './number';
import { placeAt, pointAt, type Place } from './point';
import type { RunBuilder } from './runBuilder';

/** One value of a row: a number that is exact, or a text, which may be a printed number. */
export interface Cell {
  readonly name: string;
  readonly value: number | string;
  /** Of a text: with which its number is printed, where it does not show them all. */
  readonly decimals?: number;
}

/** What rows call the step; the first that a row has is meant, and the others are numbers like any other. */
const STEPS: readonly string[] = [
  'step',
  '_step',
  'global_step',
  'globalstep',
  'iteration',
  'iter',
  'num_updates',
];

export type Role = 'epoch' | 'step' | 'setting' | 'number';

/** What the columns of these names are for. */
export function rolesOf(names: readonly string[], isSetting: (name: string) => boolean): Role[] {
  const low = names.map((name) => name.trim().toLowerCase());
  const step = STEPS.find((word) => low.includes(word));
  return names.map((name, i) => {
    if (low[i] === 'epoch') return 'epoch';
    if (low[i] === step) return 'step';
    return isSetting(name) ? 'setting' : 'number';
  });
}

/** Whether one of them says where a row is. */
export function sayPlace(names: readonly string[]): boolean {
  return names.some(
    (name) => name.trim().toLowerCase() === 'epoch' || STEPS.includes(name.trim().toLowerCase()),
  );
}

/**
 * Takes what a row of names and values says: its place, its settings, and its numbers.
 *
 * @param isSetting what of it is said of the run as a whole
 * @returns whether it says where it is; numbers of one that does not are numbers of the run as a whole, or, above all others, settings
 */
export function addRow(
  builder: RunBuilder,
  cells: readonly Cell[],
  line: number,
  isSetting = (name: string): boolean => builder.isSetting(name),
): boolean {
  const roles = rolesOf(
    cells.map(({ name }) => name),
    isSetting,
  );
  const place = placeOfRow(cells, roles);
  const isHeader = place === undefined && !builder.hasNumbers();
  for (const [i, { name, value }] of cells.entries()) {
    if (roles[i] === 'setting' || (isHeader && roles[i] === 'number'))
      builder.setting(name, String(value), line);
  }
  if (isHeader) return false;
  for (const [i, { name, value, decimals }] of cells.entries()) {
    if (roles[i] !== 'number') continue;
    const printed = typeof value === 'number' ? { value } : printedOf(value);
    const number =
      decimals === undefined || printed?.decimals === undefined ? printed : { ...printed, decimals };
    if (number !== undefined) builder.point(name, pointAt(place ?? {}, number, line));
  }
  return place !== undefined;
}

function placeOfRow(cells: readonly Cell[], roles: readonly Role[]): Place | undefined {
  const said = (role: Role): number | undefined => {
    const cell = cells[roles.indexOf(role)] as Cell | undefined;
    return cell === undefined ? undefined : placeNumber(cell.value);
  };
  return placeAt(said('epoch'), said('step'));
}

/** Undefined of what counts nothing. */
export function placeNumber(value: number | string): number | undefined {
  const number = typeof value === 'number' ? value : numberOf(value);
  return number !== undefined && Number.isFinite(number) ? number : undefined;
}
