import { printable } from '../../base/printable';
import type { Comparison, Divergence, Said } from '../../judge/compare';
import { colourOf, PLAIN } from './colours';

/**
 * A comparison as lines of text. Where two runs of other seeds part is not said: they do so from the start.
 *
 * @param reproduce commands that run up to the divergence
 */
export function comparisonLines(
  comparison: Comparison,
  reproduce: readonly string[] = [],
  colours = PLAIN,
): string[] {
  const { tier, reason, verdict, equalEntries, firstDivergence, mostUsed } = comparison;
  const said = colourOf(verdict, colours)(colours.bold(verdict));
  const lines = [`${said}: ${tier ?? 'no tier'} (${printable(reason)})`];
  if (tier === 'statistical') return lines;
  if (firstDivergence === undefined) lines.push(`  equal:            all ${equalEntries} entries`);
  else if (equalEntries > 0) lines.push(`  equal:            ${equalEntries} entries, then`);
  if (mostUsed !== undefined) {
    lines.push(
      `  tolerance used:   ${(100 * mostUsed.share).toPrecision(3)} % at most, at ${printable(mostUsed.place)}`,
    );
  }
  if (firstDivergence !== undefined) lines.push(...divergenceLines(firstDivergence));
  for (const [index, command] of reproduce.entries()) {
    lines.push(`  ${index === 0 ? 'to reproduce it: ' : '                 '} ${command}`);
  }
  return lines;
}

function divergenceLines({ place, kind, a, b, ulps }: Divergence): string[] {
  const side = ({ value, bits, line }: Said): string =>
    [printable(value), bits && `(${bits})`, line !== undefined && `in line ${line}`]
      .filter(Boolean)
      .join(' ');
  const lines = [`  first divergence: ${printable(place)}${kind === 'value' ? '' : `, ${kind}`}`];
  if (a !== undefined) lines.push(`    A: ${side(a)}`);
  if (b !== undefined) lines.push(`    B: ${side(b)}`);
  if (ulps !== undefined) lines.push(`    ${ulps} ulp apart`);
  return lines;
}
