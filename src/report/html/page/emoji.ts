/** Emoji that no font of the reader has are said by their code points: boxes say nothing. */

const EMOJI = /(\p{Extended_Pictographic})/u;
/** A noncharacter, for which no font has a glyph. */
const NO_CHARACTER = '\u{10ffff}';
/** Of the canvas that glyphs are compared on, in pixels. */
const SIZE = 24;

export function nameMissingEmoji(root: HTMLElement): void {
  const isMissing = missingIn(getComputedStyle(root).fontFamily);
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) {
    const text = walker.currentNode as Text;
    if (EMOJI.test(text.data) && text.parentElement?.closest('script, svg') === null) texts.push(text);
  }
  for (const text of texts) {
    const parts = text.data.split(EMOJI);
    if (parts.some((part, i) => i % 2 === 1 && isMissing(part)))
      text.replaceWith(...parts.map((part, i) => (i % 2 === 1 && isMissing(part) ? codeOf(part) : part)));
  }
}

function codeOf(emoji: string): HTMLElement {
  const code = document.createElement('span');
  code.className = 'code-point';
  code.textContent = `U+${emoji.codePointAt(0)?.toString(16).toUpperCase()}`;
  return code;
}

/** Whether a character looks as one that there is no glyph for; each is drawn once. */
function missingIn(fontFamily: string): (character: string) => boolean {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [SIZE, SIZE];
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return () => false;
  context.font = `${SIZE / 2}px ${fontFamily}`;
  const drawn = (character: string): string => {
    context.clearRect(0, 0, SIZE, SIZE);
    context.fillText(character, 2, 18);
    return context.getImageData(0, 0, SIZE, SIZE).data.join();
  };
  const none = drawn(NO_CHARACTER);
  const known = new Map<string, boolean>();
  return (character) => {
    const missing = known.get(character) ?? drawn(character) === none;
    known.set(character, missing);
    return missing;
  };
}
