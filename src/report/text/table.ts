import CliTable from 'cli-table3';

/** Columns under a common heading, which may be empty. */
export interface ColumnGroup {
  readonly heading: string;
  readonly columns: readonly string[];
}

/** A text table without lines, its cells aligned to the right; no line ends in blanks. */
export function table(groups: readonly ColumnGroup[], rows: readonly (readonly string[])[]): string {
  const columns = groups.flatMap((group) => group.columns);
  const cliTable = new CliTable({
    chars: NO_LINES,
    colAligns: columns.map(() => 'right'),
    style: { 'padding-left': 0, 'padding-right': 0, border: [] },
  });
  const headings = groups.map(({ heading, columns }) => ({
    content: heading,
    colSpan: columns.length,
    hAlign: 'center' as const,
  }));
  cliTable.push(headings, [...columns], ...rows.map((row) => [...row]));
  return cliTable.toString().replace(/ +$/gm, '');
}

const NO_LINES = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ mid: '', 'mid-mid': '', 'left-mid': '', 'right-mid': '' },
  ...{ left: '', right: '', middle: '  ' },
};
