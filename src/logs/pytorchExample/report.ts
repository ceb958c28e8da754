import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { AssayError } from '../../base/errors';
import { readFileOrFail } from '../../base/files';
import type { Experiment } from '../../experiment/types';
import { parseRun } from './parse';
import type { ReportedRun } from './reportedRun';

/** A section of a report: a heading such as `## LR = 0.001`, the log of the run, then other headings with prose. */
export interface ReportedSection {
  readonly lr: number;
  /** Of the heading, 1-based. */
  readonly line: number;
  readonly run: ReportedRun;
}

/**
 * The runs of the report that an experiment names; none when it names none.
 *
 * @param experimentPath the experiment's file, which the report's path is relative to
 * @throws AssayError `file-not-found`, `file-unreadable`; `spec-invalid` when the file is not the one whose digest the
 *   experiment holds; `log-syntax`.
 */
export async function loadReport({ report }: Experiment, experimentPath: string): Promise<ReportedSection[]> {
  if (report === undefined) return [];
  const path = join(dirname(experimentPath), report.file);
  const bytes = await readFileOrFail(path);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  if (sha256 !== report.sha256) {
    throw new AssayError('spec-invalid', {
      what: 'the report is not the one that the experiment was made from',
      where: `${experimentPath}, report.sha256`,
      expected: report.sha256,
      got: `${sha256}, of ${path}`,
    });
  }
  return parseReport(bytes.toString('utf8'), path);
}

/**
 * The runs of a report, in its order. Each section goes up to the next line that starts with `#`.
 *
 * @param where names the text in messages: usually its path
 * @throws AssayError `log-syntax` with line and column
 */
export function parseReport(text: string, where: string): ReportedSection[] {
  const lines = text.split('\n');
  const headings = lines.flatMap((line, index) => (line.startsWith('#') ? [index] : []));
  const sections = headings.flatMap((index, position) => {
    if (!lines[index].startsWith(HEADING)) return [];
    const lr = Number(lines[index].slice(HEADING.length));
    if (!(lr > 0)) {
      throw notAReport(
        `${where}, line ${index + 1}`,
        `'${HEADING}' and a learning rate`,
        `'${lines[index]}'`,
      );
    }
    const body = lines.slice(index + 1, headings[position + 1]);
    const blankLines = body.findIndex((line) => line !== '');
    const log = body.slice(blankLines).join('\n').trimEnd();
    return [{ lr, line: index + 1, run: parseRun(log, where, index + 2 + blankLines) }];
  });
  if (sections.length === 0) throw notAReport(where, `a heading '${HEADING}' and a learning rate`, 'none');
  return sections;
}

const HEADING = '## LR = ';

function notAReport(where: string, expected: string, got: string): AssayError {
  return new AssayError('log-syntax', { what: 'not a report of training runs', where, expected, got });
}
