import { printable } from '../../base/printable';
import type { Comparison, Divergence, Said } from '../../judge/compare';

/**
 * A comparison as lines of text.
 *
 * @param reproduce commands that run up to the divergence
 */
export function comparisonLines(comparison: Comparison, reproduce: readonly string[] = []): string[] {
  const { tier, reason, verdict, equalEntries, firstDivergence, mostUsed } = comparison;
  const lines = [`${verdict}: ${tier ?? 'no tier'} (${printable(reason)})`];
  lines.push(`  equal:            ${equalEntries} entries${firstDivergence ? ', then' : ''}`);
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
