import { escapeXml } from '../../base/xml';

/** HTML that is safe to put into a page as it is: only {@link html} makes it, and it escapes every text that it is given. */
export class Html {
  constructor(readonly text: string) {}
}

export type Part = Html | string | number | undefined | readonly Part[];

/** Texts are escaped, HTML is not; lists are put one after the other, and what is undefined is left out. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(String.raw({ raw: strings }, ...parts.map(textOf)));
}

function textOf(part: Part): string {
  if (part === undefined) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escapeXml(part.replace(CONTROLS, '\ufffd'));
  return part.map(textOf).join('');
}

/** HTML has no place for them, nor UTF-8 for halves of surrogate pairs. */
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\p{Surrogate}/gu;
