import { printable } from '../../base/printable';
import { findingText, verdictText, type JudgedSubject } from '../judged';
import { colourOf, PLAIN } from './colours';

/** Of the findings of one rule, those that are shown: a log that was written twice repeats all its numbers. */
const MOST_OF_RULE = 10;

/** A judgement as plain text: the verdict, a line for each check, and below it what was found. */
export function judgementText(subject: JudgedSubject, colours = PLAIN): string {
  const heading = `${verdictText(subject)}: ${printable(subject.name)}`;
  const lines = [colourOf(subject.verdict, colours)(colours.bold(heading))];
  for (const { name, verdict, reason, findings } of subject.checks) {
    const said = colourOf(verdict, colours)(verdict);
    lines.push(`  ${name.padEnd(10)}  ${said}${reason === undefined ? '' : `: ${printable(reason)}`}`);
    const counts = new Map<string, number>();
    for (const finding of findings) {
      const count = (counts.get(finding.rule) ?? 0) + 1;
      counts.set(finding.rule, count);
      if (count <= MOST_OF_RULE) lines.push(`    ${printable(findingText(finding))}`);
    }
    for (const [rule, count] of counts)
      if (count > MOST_OF_RULE) lines.push(`    ${count - MOST_OF_RULE} more of the rule ${printable(rule)}`);
  }
  return `${lines.join('\n')}\n`;
}
