import { findingText, type JudgedCheck, type JudgedSubject } from './judged';

/**
 * Judgements as GitHub's workflow commands, which a pull request shows at the lines of its files: an error for each
 * check that failed, at its first finding, as GitHub shows about ten of them; a warning for what could not be judged.
 *
 * Source: docs.github.com, "Workflow commands for GitHub Actions".
 */
export function githubAnnotations(subjects: readonly JudgedSubject[]): string {
  return subjects
    .flatMap((subject) => subject.checks.flatMap((check) => annotationsOf(subject, check)))
    .map((line) => `${line}\n`)
    .join('');
}

/** Of one check; the rest is in the log. */
const MOST_FINDINGS = 10;

function annotationsOf(
  { name, file }: JudgedSubject,
  { name: check, verdict, reason, findings }: JudgedCheck,
): string[] {
  const title = `assay: ${check} of ${name}`;
  if (verdict === 'fail') {
    const shown = findings.slice(0, MOST_FINDINGS).map(findingText);
    const more = findings.length - shown.length;
    const message = [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n') || (reason ?? verdict);
    return [
      command('error', { file, line: findings.find(({ line }) => line !== undefined)?.line, title }, message),
    ];
  }
  if (verdict === 'pass' || verdict === 'waived' || verdict === 'cannot be judged') return [];
  return [command('warning', { file, title }, `${verdict}${reason === undefined ? '' : `: ${reason}`}`)];
}

function command(
  kind: 'error' | 'warning',
  properties: Readonly<Record<string, string | number | undefined>>,
  message: string,
): string {
  const given = Object.entries(properties).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${escapeProperty(String(value))}`],
  );
  return `::${kind} ${given.join(',')}::${escapeData(message)}`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
