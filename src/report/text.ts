import { findingText, verdictText, type JudgedSubject } from './judged';

/** A judgement as plain text: the verdict, a line for each check, and below it what was found. */
export function judgementText(subject: JudgedSubject): string {
  const lines = [`${verdictText(subject)}: ${subject.name}`];
  for (const { name, verdict, reason, findings } of subject.checks) {
    lines.push(`  ${name.padEnd(10)}  ${verdict}${reason === undefined ? '' : `: ${reason}`}`);
    lines.push(...findings.map((finding) => `    ${findingText(finding)}`));
  }
  return `${lines.join('\n')}\n`;
}

/** Text of a document as JSON escapes it, so that it is seen and does nothing to a terminal. */
export function withoutControls(text: string): string {
  return text.replace(
    /\p{Cc}/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
