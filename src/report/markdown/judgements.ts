import { printable } from '../../base/printable';
import { findingText, verdictText, type JudgedSubject } from '../judged';

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
  const all = items.length > 0 ? [...lines, '', ...items] : lines;
  return `${all.join('\n')}\n`;
}

/** A table of GitHub's Markdown, line by line; its cells are texts, not Markdown. */
export function markdownTable(columns: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const row = (cells: readonly string[]): string => `| ${cells.map(plain).join(' | ')} |`;
  return [row(columns), `|${columns.map(() => ' --- |').join('')}`, ...rows.map(row)];
}

/** Text that Markdown shows as it is, in one line: nobody is called by it, and no address becomes a link. */
export function plain(text: string): string {
  return printable(text.replace(/\s+/g, ' '))
    .split(' ')
    .map((word) => (LIVE.test(word) ? code(word) : word.replace(/[\\`*_[\]<>&|#~]/g, '\\$&')))
    .join(' ');
}

/** What GitHub and others act upon even where it is escaped, but not in code: `@everyone`, `https://…`, `www.…`, `a@b.c`. */
const LIVE = /@|:\/\/|www\./i;

function code(word: string): string {
  const ticks = word.match(/`+/g) ?? [];
  const longest = ticks.reduce((most, { length }) => Math.max(most, length), 0);
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 ? ' ' : '';
  return `${fence}${pad}${word.replaceAll('|', '\\|')}${pad}${fence}`;
}
