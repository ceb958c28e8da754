import { printable } from '../../base/printable';
import { findingText, verdictText, type JudgedSubject } from '../judged';
import { colourOf, PLAIN } from './colours';

/** A judgement as plain text: the verdict, a line for each check, and below it what was found. */
export function judgementText(subject: JudgedSubject, colours = PLAIN): string {
  const heading = `${verdictText(subject)}: ${printable(subject.name)}`;
  const lines = [colourOf(subject.verdict, colours)(colours.bold(heading))];
  for (const { name, verdict, reason, findings } of subject.checks) {
    const said = colourOf(verdict, colours)(verdict);
    lines.push(`  ${name.padEnd(10)}  ${said}${reason === undefined ? '' : `: ${printable(reason)}`}`);
    for (const finding of findings) lines.push(`    ${printable(findingText(finding))}`);
  }
  return `${lines.join('\n')}\n`;
}
