/** What a line is in the Markdown of a document, where it is no line of a paragraph or a list. */
export type Block = 'fence' | 'code' | 'column heading' | 'delimiter' | 'row';

/** Three or more of one sign, indented by at most three blanks; a fence of backticks has no backtick in what follows it. */
const FENCE = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})(.*)$/;
/** The line below the header of a table: at least one stroke, so that a rule is none. */
const DELIMITER = /^(?=.*\|)[\s|:-]*-[\s|:-]*$/;

/**
 * Fenced code and tables, as GitHub's Markdown has them (https://github.github.com/gfm/, 4.5 and 4.10), but that each row of a table has
 * a stroke. A fence that is not closed goes on to the end.
 *
 * @returns of each line; undefined of a line that is neither
 */
export function blocksOf(lines: readonly string[]): (Block | undefined)[] {
  const blocks: (Block | undefined)[] = [];
  let fence: string | undefined;
  let isTable = false;
  for (const [index, text] of lines.entries()) {
    const [, mark, info] = FENCE.exec(text) ?? [];
    if (fence !== undefined) {
      const closes = mark !== undefined && mark.startsWith(fence) && info.trim() === '';
      blocks.push(closes ? 'fence' : 'code');
      if (closes) fence = undefined;
    } else if (mark !== undefined) {
      blocks.push('fence');
      [fence, isTable] = [mark, false];
    } else if (isTable && text.includes('|')) {
      blocks.push('row');
    } else if (text.includes('|') && DELIMITER.test(text) && index > 0 && isHeader(lines[index - 1])) {
      blocks[index - 1] = 'column heading';
      blocks.push('delimiter');
      isTable = true;
    } else {
      blocks.push(undefined);
      isTable = false;
    }
  }
  return blocks;
}

function isHeader(text: string): boolean {
  return text.includes('|') && !FENCE.test(text);
}
