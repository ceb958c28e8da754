import CliTable from 'cli-table3';

/** A text table without lines, its cells aligned to the right; no line ends in blanks. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cliTable = new CliTable({
    head: [...head],
    chars: NO_LINES,
    colAligns: head.map(() => 'right'),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  cliTable.push(...rows.map((row) => [...row]));
  return cliTable.toString();
}

const NO_LINES = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ mid: '', 'mid-mid': '', 'left-mid': '', 'right-mid': '' },
  ...{ left: '', right: '', middle: '  ' },
};
