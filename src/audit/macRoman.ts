/** Mac Roman (Apple's Mac OS Roman since 1998, with the euro sign): the characters of the bytes 0x80 … 0xFF. */
const UPPER_HALF =
  'ÄÅÇÉÑÖÜáàâäãåçéè' +
  'êëíìîïñóòôöõúùûü' +
  '†°¢£§•¶ß®©™´¨≠ÆØ' +
  '∞±≤≥¥µ∂∑∏π∫ªºΩæø' +
  '¿¡¬√ƒ≈∆«»…\u00a0ÀÃÕŒœ' +
  '–—“”‘’÷◊ÿŸ⁄€‹›ﬁﬂ' +
  '‡·‚„‰ÂÊÁËÈÍÎÏÌÓÔ' +
  '\uf8ffÒÚÛÙıˆ˜¯˘˙˚¸˝˛ˇ';

const BYTES = new Map([...UPPER_HALF].map((character, index) => [character, 0x80 + index]));

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A place in a line where UTF-8 had been read as Mac Roman. */
export interface Misreading {
  /** In UTF-16 units, 0-based. */
  readonly index: number;
  readonly from: string;
  readonly to: string;
}

/**
 * Finds characters beyond ASCII that were written as UTF-8 and read as Mac Roman: `‚Üí` was `→`. Only a whole, valid sequence of UTF-8
 * is taken for one, so that a `ü` of a German word stays what it is. (Signs without a blank between, such as `≈ç`, can be one by chance.)
 */
export function findMisreadings(text: string): Misreading[] {
  const found: Misreading[] = [];
  for (let index = 0; index < text.length;) {
    const to = sequenceAt(text, index);
    if (to === undefined) index += 1;
    else {
      const from = text.slice(index, index + to.bytes);
      found.push({ index, from, to: to.character });
      index += to.bytes;
    }
  }
  return found;
}

/** The text with every misreading undone. */
export function undoMisreadings(text: string, misreadings: readonly Misreading[]): string {
  let repaired = '';
  let done = 0;
  for (const { index, from, to } of misreadings) {
    repaired += text.slice(done, index) + to;
    done = index + from.length;
  }
  return repaired + text.slice(done);
}

function sequenceAt(text: string, index: number): { character: string; bytes: number } | undefined {
  const length = lengthOfSequence(BYTES.get(text[index]));
  if (length === undefined || index + length > text.length) return undefined;
  const bytes = [...text.slice(index, index + length)].map((character) => BYTES.get(character));
  if (bytes.includes(undefined)) return undefined;
  try {
    return { character: utf8.decode(Uint8Array.from(bytes as number[])), bytes: length };
  } catch {
    return undefined; // overlong, a surrogate, or no continuation
  }
}

/** By the first byte of a sequence of UTF-8. All characters of Mac Roman are one UTF-16 unit each. */
function lengthOfSequence(first: number | undefined): number | undefined {
  if (first === undefined || first < 0xc2 || first > 0xf4) return undefined;
  if (first < 0xe0) return 2;
  return first < 0xf0 ? 3 : 4;
}
