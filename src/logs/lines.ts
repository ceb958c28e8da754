/** The lines of a text with their numbers, from 1; a carriage return at the end is no part of a line. */
export function* linesOf(text: string): Generator<readonly [line: string, number: number]> {
  let number = 1;
  for (let from = 0; from <= text.length; number++) {
    const found = text.indexOf('\n', from);
    const end = found < 0 ? text.length : found;
    if (found >= 0 || end > from)
      yield [text.slice(from, text[end - 1] === '\r' && end > from ? end - 1 : end), number];
    from = end + 1;
  }
}

/** What a terminal is told beside the text: colours, where to go on, what to delete. */
const CONTROLS = new RegExp(`${String.fromCharCode(27)}\\[[0-?]*[ -/]*[@-~]`, 'g');
const MOVES = new RegExp(`[\\r${String.fromCharCode(8)}]+`);

/**
 * What a console shows, in the order in which it is written: a line that is drawn again and again, such as a bar, is one text for each
 * time. A redraw starts with a carriage return or behind backspaces.
 */
export function* drawnTexts(text: string): Generator<readonly [drawn: string, line: number]> {
  for (const [line, number] of linesOf(text)) {
    const shown = withoutControls(line);
    if (!MOVES.test(shown)) yield [shown, number];
    else for (const drawn of shown.split(MOVES)) if (drawn !== '') yield [drawn, number];
  }
}

export function withoutControls(text: string): string {
  return text.includes('\x1b') ? text.replace(CONTROLS, '') : text;
}
