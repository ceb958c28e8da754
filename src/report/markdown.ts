import { findingText, verdictText, type JudgedSubject } from './judged';

/**
 * Judgements as Markdown, for a pull request's comment or a CI job's summary: a heading, a table of checks and a list of findings for
 * each subject.
 */
export function judgementsMarkdown(subjects: readonly JudgedSubject[]): string {
  return subjects.map(subjectMarkdown).join('\n');
}

function subjectMarkdown(subject: JudgedSubject): string {
  const { name, checks } = subject;
  const lines = [`## ${plain(name)}: ${verdictText(subject)}`, ''];
  const rows = checks.map((check) => [check.name, check.verdict, check.reason ?? '']);
  lines.push(...markdownTable(['check', 'verdict', 'by what, or why not'], rows));
  const items = checks.flatMap(({ findings }) =>
    findings.map((finding) => `- ${plain(findingText(finding))}`),
  );
  if (items.length > 0) lines.push('', ...items);
  return `${lines.join('\n')}\n`;
}

/** A table of GitHub's Markdown, line by line; its cells are texts, not Markdown. */
export function markdownTable(columns: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const row = (cells: readonly string[]): string => `| ${cells.map(plain).join(' | ')} |`;
  return [row(columns), `|${columns.map(() => ' --- |').join('')}`, ...rows.map(row)];
}

/** Text that Markdown shows as it is, in one line. */
export function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>&|#~]/g, '\\$&');
}
