/**
 * What is not text: it steers a terminal (controls), shows what follows in another order (bidirectional controls), or ends a line for some
 * readers and not for others.
 */
const NO_TEXT = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;
const NO_TEXT_IN_LINES = /(?![\n\t])[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;

/** Text from outside, in one line, with what is no text as JSON escapes it: it is seen, and does nothing. */
export function printable(text: string): string {
  return text.replace(NO_TEXT, escaped);
}

/** The same of text that has lines and tabs. */
export function printableLines(text: string): string {
  return text.replace(NO_TEXT_IN_LINES, escaped);
}

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(character: string): string {
  return SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
