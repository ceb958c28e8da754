import CliTable from 'cli-table3';
import stringWidth from 'string-width';

/** Columns under a common heading, which may be empty. */
export interface ColumnGroup {
  readonly heading: string;
  readonly columns: readonly string[];
}

/**
 * A text table without lines, its cells aligned to the right; no line ends in blanks. Where it is wider than the room, it is printed in several
 * parts, one below the other, each with the first group, which names the rows.
 *
 * @param columns of the terminal
 */
export function table(
  groups: readonly ColumnGroup[],
  rows: readonly (readonly string[])[],
  columns = Infinity,
): string {
  return partsOf(placedGroups(groups, rows), columns)
    .map((part) =>
      drawn(
        part,
        rows.map((row) => part.flatMap(({ from, columns }) => row.slice(from, from + columns.length))),
      ),
    )
    .join('\n\n');
}

/** Columns of the widest line. */
export function textWidth(text: string): number {
  return widest(text.split('\n'));
}

function drawn(groups: readonly ColumnGroup[], rows: readonly (readonly string[])[]): string {
  const shown = groups.filter(({ columns }) => columns.length > 0);
  const columns = shown.flatMap((group) => group.columns);
  const cliTable = new CliTable({
    chars: NO_LINES,
    colAligns: columns.map(() => 'right'),
    style: { 'padding-left': 0, 'padding-right': 0, border: [] },
  });
  const headings = shown.map(({ heading, columns }) => ({
    content: heading,
    colSpan: columns.length,
    hAlign: 'center' as const,
  }));
  const isHeaded = shown.some(({ heading }) => heading !== '');
  cliTable.push(...(isHeaded ? [headings] : []), [...columns], ...rows.map((row) => [...row]));
  return cliTable.toString().replace(/ +$/gm, '');
}

const GAP = '  ';

const NO_LINES = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ mid: '', 'mid-mid': '', 'left-mid': '', 'right-mid': '' },
  ...{ left: '', right: '', middle: GAP },
};

/** A group with the index of its first column, and the widths of its columns. */
interface PlacedGroup extends ColumnGroup {
  readonly from: number;
  readonly widths: readonly number[];
}

function placedGroups(groups: readonly ColumnGroup[], rows: readonly (readonly string[])[]): PlacedGroup[] {
  let next = 0;
  return groups.map(({ heading, columns }) => {
    const from = next;
    next += columns.length;
    const widths = columns.map((name, i) => widest([name, ...rows.map((row) => row[from + i])]));
    return { heading, columns, from, widths };
  });
}

/** The groups of each part; one that does not fit alone is cut between its columns. */
function partsOf([key, ...others]: readonly PlacedGroup[], columns: number): PlacedGroup[][] {
  const room = columns - widthOf([key]) - GAP.length;
  const pieces = others.flatMap((group) => (widthOf([group]) <= room ? [group] : cutGroup(group, room)));
  return inChunks(pieces, (some) => widthOf(some) <= room).map((part) => [key, ...part]);
}

function cutGroup(group: PlacedGroup, room: number): PlacedGroup[] {
  const { heading, columns, from, widths } = group;
  const single = columns.map((name, i) => ({
    ...{ heading, columns: [name], from: from + i, widths: [widths[i]] },
  }));
  const joined = (some: readonly PlacedGroup[]): PlacedGroup => ({
    ...some[0],
    columns: some.flatMap(({ columns }) => columns),
    widths: some.flatMap(({ widths }) => widths),
  });
  return inChunks(single, (some) => widthOf([joined(some)]) <= room).map(joined);
}

function widthOf(groups: readonly PlacedGroup[]): number {
  const joined = (widths: readonly number[]): number =>
    widths.reduce((sum, width) => sum + width, GAP.length * (widths.length - 1));
  return joined(groups.map(({ heading, widths }) => Math.max(stringWidth(heading), joined(widths))));
}

/** Without spreading them: there may be more than a call takes. */
function widest(texts: readonly string[]): number {
  return texts.reduce((width, text) => Math.max(width, stringWidth(text)), 0);
}

/** Neighbours together, as many as fit, and one at least. */
function inChunks<T>(values: readonly T[], fits: (some: readonly T[]) => boolean): T[][] {
  const chunks: T[][] = [];
  for (const value of values) {
    const last = chunks.at(-1);
    if (last !== undefined && fits([...last, value])) last.push(value);
    else chunks.push([value]);
  }
  return chunks;
}
