import { Option, type Command } from '@commander-js/extra-typings';
import { AssayError } from '../../base/errors';
import { plural } from '../../base/words';
import { writeFileAtomic } from '../../base/files';
import type { Audit } from '../../audit';
import type { Study } from '../../study/types';
import { FoundWanting } from '../failure';
import { printJson } from '../json';
import { checkOutFiles } from '../outFile';
import { openStudy, studyOption } from '../study';
import { printNote, printText } from '../text';
import { jsonOption } from '../training';

/** `assay audit`: judges a report. */
export function addAuditCommand(program: Command): void {
  program
    .command('audit')
    .summary('judge the numbers and sentences of a report')
    .description(
      'judge a report of training runs: every line and number, what they imply, and what is left out',
    )
    .argument(
      '[document]',
      "the study's report if left out: a text with logs of runs under headings such as ## LR = 0.001, prose, and a verdict table",
    )
    .addOption(studyOption)
    .option('--data <name>', "the data set that its runs should be of (default: the experiment's)")
    .option(
      '--claims <file>',
      'what the sentences of the document claim; it must contain each of them (default: the claims of the study, as far as they fit)',
    )
    .option(
      '--claims-template <file>',
      'also write there the sentences and rows of tables that have no claim yet, to fill in and give with --claims',
    )
    .addOption(jsonOption)
    .addOption(new Option('--markdown', 'print Markdown instead of text').conflicts('json'))
    .addOption(
      new Option('--summary', 'print the verdict and its summary alone').conflicts(['json', 'markdown']),
    )
    .addOption(
      new Option('--full', 'print all of it: every line, run, number and claim').conflicts([
        'json',
        'markdown',
        'summary',
      ]),
    )
    .option('--allow-unjudged', 'end with 0 where nothing is wrong, though not everything could be judged')
    .option('--junit <file>', "also write the verdicts there, as JUnit's XML")
    .option(
      '--html <file>',
      'also write a page to read there: verdict, curves, tables and receipt, in one file that needs nothing else',
    )
    .addHelpText(
      'after',
      `
Ends with 0 when nothing was found wrong, no claim is contradicted or holds in part only, and all was judged; else with 1.

Example:
  $ npx assay audit fixtures/reported/lr-experiment.txt --html report.html`,
    )
    .action(
      async (
        document,
        {
          study: named,
          data,
          claims: given,
          claimsTemplate,
          allowUnjudged = false,
          json,
          markdown,
          summary,
          full,
          junit,
          html,
        },
      ) => {
        const opened = await openStudy(named);
        const { study } = opened;
        const path = document ?? reportOf(study);
        const claimsPath = given ?? study.claims;
        await checkOutFiles(
          { '--html': html, '--junit': junit, '--claims-template': claimsTemplate },
          [path, study.experiment, claimsPath, study.rules].filter((input) => input !== undefined),
        );
        const { auditCommand, auditPath } = await import('../auditPath.js');
        const { audit, references } = await auditPath(path, opened, {
          data,
          claims: given,
          command: auditCommand({ document, study: named, data, claims: given }),
        });
        if (json) printJson(audit);
        else await printAudit(audit, { markdown, summary, full });
        if (junit !== undefined) {
          const { junitXml } = await import('../../report/junit.js');
          const { subjectsOfAudit } = await import('../../report/auditSubjects.js');
          await writeFileAtomic(
            junit,
            junitXml('assay audit', subjectsOfAudit(audit), allowUnjudged ? 'skipped' : 'failure'),
          );
        }
        if (html !== undefined) {
          const { auditHtml } = await import('../../report/html/audit/index.js');
          await writeFileAtomic(html, auditHtml(audit, references));
        }
        await sayUnclaimed(audit, claimsTemplate);
        if (audit.verdict === 'fail' || (audit.verdict !== 'pass' && !allowUnjudged))
          throw new FoundWanting();
      },
    );
}

async function printAudit(
  audit: Audit,
  { markdown, summary, full }: { readonly markdown?: true; readonly summary?: true; readonly full?: true },
): Promise<void> {
  if (markdown) {
    const { auditMarkdown } = await import('../../report/markdown/audit.js');
    process.stdout.write(auditMarkdown(audit));
    return;
  }
  const { auditSummaryText, auditText, foldedAuditText } = await import('../../report/text/audit.js');
  const textOf = summary ? auditSummaryText : full ? auditText : foldedAuditText;
  printText((colours, columns) => textOf(audit, colours, columns));
}

/** Says how sentences come to be judged, and writes a file that needs but their readings. */
async function sayUnclaimed(audit: Audit, file: string | undefined): Promise<void> {
  const { claimsTemplate, unclaimedOf } = await import('../../audit/claims/template.js');
  const { length } = unclaimedOf(audit.claims);
  if (file !== undefined) {
    const { jsonText } = await import('../../base/json.js');
    await writeFileAtomic(file, jsonText(claimsTemplate(audit)));
    printNote(
      length === 0
        ? `written to ${file}: nothing to fill in, as every sentence has a claim`
        : `written to ${file}: ${plural(length, 'line')}; say of each what it claims (docs/claims.md), then give it with --claims`,
    );
  } else if (length > 0)
    printNote(
      `${plural(length, 'line')} without a claim: --claims-template FILE writes them, to be filled in and given with --claims`,
    );
}

function reportOf({ name, report }: Study): string {
  if (report !== undefined) return report;
  throw new AssayError('usage', {
    what: `the study ${name} names no report`,
    where: 'assay audit',
    expected: 'a document, or report in its study.json',
  });
}
