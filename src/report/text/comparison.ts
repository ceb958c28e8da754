import { printable } from '../../base/printable';
import type { Comparison, Divergence, Said, Triage } from '../../judge/compare';
import type { Finding } from '../../run/run';
import { colourOf, PLAIN } from './colours';

/** What is known beside the comparison. */
interface Beside {
  /** Commands that run up to the divergence. */
  readonly reproduce?: readonly string[];
  /** Of runs that are compared as a pair. */
  readonly findings?: readonly Finding[];
  /** The command to type where the difference is meant. */
  readonly approve?: string;
}

/** A comparison as lines of text. Of runs of two seeds, which part at once, it is not said where. */
export function comparisonLines(
  comparison: Comparison,
  { reproduce = [], findings = [], approve }: Beside = {},
  colours = PLAIN,
): string[] {
  const { tier, reason, verdict, equalEntries, firstDivergence, mostUsed, triage } = comparison;
  const said = colourOf(verdict, colours)(colours.bold(verdict));
  const lines = [`${said}: ${tier ?? 'no tier'} (${printable(reason)})`];
  for (const { line, rule, message } of findings)
    lines.push(`  ${line === undefined ? '' : `line ${line} of A, `}${rule}: ${printable(message)}`);
  if (tier === 'statistical' && equalEntries === 0) return lines;
  if (verdict === 'no-reference' && equalEntries === 0 && firstDivergence === undefined) return lines;
  if (firstDivergence === undefined) lines.push(`  equal:            all ${equalEntries} entries`);
  else if (equalEntries > 0) lines.push(`  equal:            ${equalEntries} entries, then`);
  if (mostUsed !== undefined) {
    lines.push(
      `  tolerance used:   ${(100 * mostUsed.share).toPrecision(3)} % at most, at ${printable(mostUsed.place)}`,
    );
  }
  if (firstDivergence !== undefined) lines.push(...divergenceLines(firstDivergence));
  if (triage !== undefined) lines.push(...triageLines(triage));
  for (const [index, command] of reproduce.entries()) {
    lines.push(`  ${index === 0 ? 'to reproduce it: ' : '                 '} ${command}`);
  }
  if (approve !== undefined) lines.push(`  if it is meant:   ${approve}`);
  return lines;
}

function triageLines({ looksLike, reason, distances, metric }: Triage): string[] {
  return [
    `  looks like:       ${LOOKS[looksLike]}: ${printable(reason)}`,
    ...distances.map(
      (distance) => `    ${printable(distance.place)}: ${printable(metric.name)} ${distanceText(distance)}`,
    ),
  ];
}

function distanceText({ relative, isLastDigit }: Triage['distances'][number]): string {
  if (relative > 0) return `relative difference ${relative.toExponential(1)}`;
  return isLastDigit ? 'apart by the last printed digit' : 'the same';
}

const LOOKS: Readonly<Record<Triage['looksLike'], string>> = {
  rounding: 'rounding, or a change as small',
  change: 'a change of what is computed',
  unclear: 'unclear',
};

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
