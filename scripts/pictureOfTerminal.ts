import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { escapeXml } from '../src/base/xml';

/**
 * `docs/audit-terminal.svg`: the first lines that the audit of the report prints on a terminal of 80 columns.
 *
 *     npm run docs:terminal
 */
const ROOT = join(__dirname, '..');
export const PICTURE = join(ROOT, 'docs/audit-terminal.svg');
const COMMAND = 'audit fixtures/reported/lr-experiment.txt';

const COLUMNS = 80;
const LINES = 24;

/** In units of the SVG. */
const CHARACTER = { width: 8.4, height: 18, size: 14 } as const;
const MARGIN = 16;

/** What a terminal shows of the codes that picocolors writes, on a dark ground; all others end them. */
const STYLES: Readonly<Record<string, string>> = {
  1: 'font-weight="bold"',
  2: 'fill-opacity="0.6"',
  31: 'fill="#ff7b72"',
  32: 'fill="#7ee787"',
  33: 'fill="#e3b341"',
};

/** A terminal with the command, and what it prints, as SVG. */
export function pictureOfTerminal(): string {
  const { stdout } = spawnSync(process.execPath, [join(ROOT, 'bin/assay.js'), ...COMMAND.split(' ')], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, FORCE_COLOR: '1', COLUMNS: String(COLUMNS) },
  });
  const lines = [`$ npx assay ${COMMAND}`, ...stdout.split('\n').slice(0, LINES - 1), '…'];
  const width = 2 * MARGIN + COLUMNS * CHARACTER.width;
  const height = 2 * MARGIN + lines.length * CHARACTER.height;
  let styles: readonly string[] = []; // a style goes on over the ends of lines
  const texts = lines.map((line, i) => {
    let column = 0;
    const spans = stretchesOf(line).map(({ code, text }) => {
      if (code !== undefined) styles = code in STYLES ? [...styles, STYLES[code]] : [];
      const span = spanOf(text, column, styles);
      column += text.length;
      return span;
    });
    const y = MARGIN + CHARACTER.size + i * CHARACTER.height;
    return `<text y="${y}">${spans.join('')}</text>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
      `font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="${CHARACTER.size}" fill="#e6edf3" xml:space="preserve">`,
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    ...texts,
    '</svg>\n',
  ].join('\n');
}

/** What stands between the codes of a line. */
function stretchesOf(line: string): readonly { readonly code?: string; readonly text: string }[] {
  const [first, ...others] = line.split('\x1b[');
  return [
    { text: first },
    ...others.map((part) => {
      const end = part.indexOf('m');
      return { code: part.slice(0, end), text: part.slice(end + 1) };
    }),
  ];
}

/** As wide as in a terminal, whatever the font. */
function spanOf(text: string, column: number, styles: readonly string[]): string {
  if (text === '') return '';
  const [x, length] = [MARGIN + column * CHARACTER.width, text.length * CHARACTER.width];
  const attributes = [`x="${x.toFixed(1)}"`, `textLength="${length.toFixed(1)}"`, ...styles];
  return `<tspan ${attributes.join(' ')}>${escapeXml(text)}</tspan>`;
}

if (require.main === module) writeFileSync(PICTURE, pictureOfTerminal());
