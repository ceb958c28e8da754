import { AssayError } from '../base/errors';
import { parseJson } from '../base/json';

/**
 * JSON as Python writes it: `NaN`, `Infinity` and `-Infinity` are no JSON, and stand here as texts.
 *
 * @throws AssayError `json-syntax`
 */
export function parseLooseJson(text: string, where: string): unknown {
  try {
    return parseJson(text, where);
  } catch (error) {
    if (!(error instanceof AssayError) || !/NaN|Infinity/.test(text)) throw error;
    return parseJson(withQuotedTokens(text), where);
  }
}

const TOKEN = /-?(?:NaN|Infinity)/y;

/** In one pass, however many quotes there are. */
function withQuotedTokens(text: string): string {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') at = endOfString(text, at);
    else if (character === 'N' || character === 'I' || character === '-') {
      TOKEN.lastIndex = at;
      const token = TOKEN.exec(text)?.[0];
      if (token === undefined) continue;
      parts.push(text.slice(from, at), `"${token}"`);
      from = at + token.length;
      at = from - 1;
    }
  }
  return parts.join('') + text.slice(from);
}

/** Where the quote is that ends the string, or the last character. */
export function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at;
  }
  return text.length;
}
