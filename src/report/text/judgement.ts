import { printable } from '../../base/printable';
import { findingText, verdictText, type JudgedSubject } from '../judged';

/** A judgement as plain text: the verdict, a line for each check, and below it what was found. */
export function judgementText(subject: JudgedSubject): string {
  const lines = [`${verdictText(subject)}: ${printable(subject.name)}`];
  for (const { name, verdict, reason, findings } of subject.checks) {
    lines.push(`  ${name.padEnd(10)}  ${verdict}${reason === undefined ? '' : `: ${printable(reason)}`}`);
    for (const finding of findings) lines.push(`    ${printable(findingText(finding))}`);
  }
  return `${lines.join('\n')}\n`;
}
