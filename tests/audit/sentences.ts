import { join } from 'node:path';
import pico from 'picocolors';
import { auditReport, type Audit, type Evidence } from '../../src/audit';
import { loadClaims } from '../../src/audit/claims/load';
import { conditionsText } from '../../src/run/run';
import { readStoredBands } from '../../src/judge/stored/bands';
import { readStoredEnsembles } from '../../src/judge/stored/ensembles';
import { readStoredSearches } from '../../src/judge/stored/searches';
import { pythonFixed } from '../../src/base/printf';
import { auditText } from '../../src/report/text/audit';
import { markdownTable } from '../../src/report/markdown/judgements';
import { runsOfEnsemble } from '../../src/run/recordedRun';
import { EXPERIMENT, STUDY } from '../judge/ourStudy';
import { STORE } from '../spec/experiments';
import { readText, REPORT, ROOT, RULES } from './judgedDocument';

export { REPORT } from './judgedDocument';

/**
 * Every sentence that the audit of the report prints, what it follows from, and a document for which it must not be printed. As a
 * command, it prints the table of docs/findings/audit-sentences.md:
 *
 *     node -r esbuild-register tests/audit/sentences.ts
 */

const PATH = 'fixtures/reported/lr-experiment.txt';
const CLAIMS = 'spec/lr-experiment/claims.json';

/** Audits texts as `assay audit` does. */
export async function auditor(): Promise<(text: string) => Audit> {
  const { data, training } = EXPERIMENT;
  const ensembles = await readStoredEnsembles(STORE, EXPERIMENT, data.name);
  const references = {
    study: STUDY,
    experiment: EXPERIMENT,
    rules: RULES,
    bands: await readStoredBands(STORE, data.name),
    claims: { ...(await loadClaims(join(ROOT, CLAIMS), STUDY, RULES)), path: CLAIMS, isDefault: true },
    ours: ensembles.flatMap((ensemble) => runsOfEnsemble(ensemble, training)),
    searches: await readStoredSearches(STORE, EXPERIMENT, data.name),
    command: `npx assay audit ${PATH}`,
  };
  return (text) => auditReport({ path: PATH, bytes: Buffer.from(text) }, references);
}

// ---------------------------------------------------------------- documents for which a sentence must not be printed

export interface Counterexample {
  readonly words: string;
  readonly change: (text: string) => string;
}

const without = (words: string, pattern: RegExp): Counterexample => ({
  words,
  change: (text) => text.replace(pattern, ''),
});
const replacing = (words: string, from: string | RegExp, to: string): Counterexample => ({
  words,
  change: (text) => text.replace(from, to),
});

const RUNS_ALONE = without(
  'the runs without a word',
  /^##[#]? (Conclusion|.*Verdict)[^]*?(?=^## LR|$(?![^]))/gm,
);
const WRONG_COUNT = replacing('a count is another', '9586/10000', '9587/10000');
const OUTSIDE = replacing('each test loss is 9 greater', /Average loss: 0\./g, 'Average loss: 9.');
const WRONG_FINALS = replacing('each final accuracy is another', /(Final Test Accuracy: )\d+/g, '$190');
const NO_THIRD_RUN = without('no run at lr 0.01', /^## LR = 0\.01\n[^]*/m);
const OTHER_RATE = replacing('lr 0.02, which none of our runs has', '## LR = 0.01\n', '## LR = 0.02\n');
const ONE_LESS = without('a sentence is left out', /^- Just needs more time!\n/m);
const OTHER_WORD = replacing('“Too fast” is “Slow”', 'Too fast', 'Slow');
const NO_TABLE = without('no verdict table', /^Metric {2}[^]*/m);
const NO_STAR = replacing('a header without a star', '‚≠ê', '');
const ONE_MORE = replacing('a line more', /$/, '\nThe end.\n');
const READABLE: Counterexample = {
  words: 'nothing is mis-decoded',
  change: (text) =>
    readText(text)
      .document.lines.map(({ text }) => `${text}\n`)
      .join(''),
};
const SPOKEN_OF = replacing(
  'notes speak of it',
  /$/,
  '\n## Notes\nSeed 1, Adam, normalised, torch 1.13, batch size 64, def forward(self, x), five runs.\n',
);
const LEARNED_BEFORE = replacing('a first loss is 0.31', 'Loss: 2.306080', 'Loss: 0.306080');
const SAME_FIRST_LOSS = replacing('two first losses are the same', 'Loss: 2.329343', 'Loss: 2.310461');
const OTHER_FIRST_LOSSES = replacing('other first losses', /(\[0\/.*Loss: 2\.3\d*)\d/g, '$17');
const FIRST_LINES_ALONE = without('of each epoch its first line alone', /^Train Epoch: \d \[[1-9].*\n/gm);

/** Each run under the learning rate of another: 0.01 under 0.0001, 0.0001 under 0.001, 0.001 under 0.01. */
const ROTATED: Counterexample = {
  words: 'the runs under each other’s learning rates',
  change: (text) => {
    const transcript = /(?<=^## LR = .*\n)[^]*?(?=^### Conclusion)/gm;
    const [first, second, third] = text.match(transcript) ?? [];
    const rotated = [third, first, second];
    return text.replace(transcript, () => rotated.shift() ?? '');
  },
};

const MORE_EPOCHS = replacing('it says 10-30 epochs, of which we have no runs', '(10-20)', '(10-30)');

/** Of claims for which `ROTATED` is none. */
const OF_CLAIMS: Readonly<Record<string, Counterexample>> = {
  '0.0001-99-percent': MORE_EPOCHS,
  '0.01-day-2': replacing('the accuracy falls in epoch 2', '9689/10000 (96.89%)', '9589/10000 (95.89%)'),
};
const LEFT_OUT: Counterexample = { words: 'the sentence is left out', change: (text) => text };

function counterexampleOfClaim({ id, quote, predicate }: Audit['claims']['judged'][number]): Counterexample {
  if (predicate !== 'figurative') return OF_CLAIMS[id] ?? ROTATED;
  return {
    ...LEFT_OUT,
    change: (text) =>
      text
        .split('\n')
        .filter((line) => !line.includes(quote))
        .join('\n'),
  };
}

// ---------------------------------------------------------------- sentences

export interface Sentence {
  readonly text: string;
  /** The numbers that it follows from, and where they are. */
  readonly from: string;
  /** Missing of what is true whatever the document says: it explains how something is to be read. */
  readonly unless?: Counterexample;
}

/**
 * The lines that the audit prints, but for titles and the two tables of numbers. An item of a list, and a claim, is one with the line below
 * that says why.
 */
export function printedLines(audit: Audit): string[] {
  const lines = auditText(audit, pico.createColors(false))
    .split('\n')
    .filter(
      (line) =>
        /^ {2}|^(pass|inconclusive|fail)(;.*)?: /.test(line) &&
        !/\d ✓|^ {4} *(lr {2}epoch|test loss|logged)/.test(line),
    )
    .map((line) => line.trim());
  const goesOn = (line: string | undefined): boolean =>
    line !== undefined && (line.startsWith('- ') || isClaim(line, audit));
  return lines.flatMap((line, i) => {
    if (goesOn(lines[i - 1])) return [];
    return [goesOn(line) ? `${line.replace(/^- /, '')}: ${lines[i + 1]}` : line];
  });
}

/** @throws Error when a line is none of those that are known. */
export function sentencesOf(audit: Audit): Sentence[] {
  return printedLines(audit).map((text) => {
    const kind = KINDS.find(({ is }) => is(text, audit));
    if (kind === undefined) throw new Error(`nobody says what this follows from: ${text}`);
    return { text, ...kind.of(text, audit) };
  });
}

interface Kind {
  readonly is: (text: string, audit: Audit) => boolean;
  readonly of: (text: string, audit: Audit) => Omit<Sentence, 'text'>;
}

function kind(
  is: RegExp | Kind['is'],
  from: string | ((audit: Audit, text: string) => string),
  unless?: Counterexample,
): Kind {
  return {
    is: typeof is === 'function' ? is : (text) => is.test(text),
    of: (text, audit) => ({
      from: typeof from === 'string' ? from : from(audit, text),
      ...(unless && { unless }),
    }),
  };
}

const DEFINITION = 'no number: it says how the numbers are to be read';

const KINDS: readonly Kind[] = [
  kind(
    /^(pass|inconclusive|fail)(;.*)?: /,
    ({ findings, claims: { counts } }) =>
      `${findings.length} findings; ${counts.partly} claims in part, ${counts.contradicted} contradicted, ${counts.inconclusive} inconclusive`,
    RUNS_ALONE,
  ),
  kind(/^What does not hold: /, claimCounts, RUNS_ALONE),
  kind(/ numbers in the report's logs agree with each other/, agreeing, WRONG_COUNT),
  kind(/^\d+ in all, \d+ of them ✗/, agreeing, OUTSIDE),
  kind(/^(They|What is there|Whether) .*reproduce/, placements, OUTSIDE),
  kind(/^lr .* band of /, placements, OUTSIDE),
  kind(/^At lr .* seeds end at chance/, collapses, NO_THIRD_RUN),
  kind(/ seeds end at chance here/, collapses, NO_THIRD_RUN),
  kind(/^Of \d+ sentences/, claimCounts, ONE_LESS),
  kind(
    /judged cells of the verdict table are what stated rules give/,
    (audit) => `the cells below: ${cellsOf(audit).filter(({ agrees }) => agrees).length} agree`,
    OTHER_WORD,
  ),
  kind((text) => text === `${RULES.note}.`, 'no number: how the rules came about', NO_TABLE),
  kind(/^No line of the report speaks of/, 'no line has the words that are looked for', SPOKEN_OF),
  kind(/^\d+ in all: /, ({ document }) => `${document.lines.length} lines, each of one kind`, ONE_MORE),
  kind(
    /^\d+ repaired/,
    ({ document }) => `lines ${[...new Set(document.repairs.map(({ line }) => line))].join(', ')}`,
    READABLE,
  ),
  kind(
    /^from line \d+/,
    ({ findings }) => `${findings.length} findings; the places of its numbers`,
    WRONG_FINALS,
  ),
  kind(/^batches of /, 'line 19 and the other training lines', FIRST_LINES_ALONE),
  kind(/^a first loss like /, firstLosses, LEARNED_BEFORE),
  kind(/^no two runs began /, firstLosses, SAME_FIRST_LOSS),
  kind(
    /^no seed from /,
    'golden/lr-experiment/searches: the searches for the seeds of just these losses',
    OTHER_FIRST_LOSSES,
  ),
  kind(
    (text, { omissions }) => omissions.some(({ what, consequence }) => text === `${what}: ${consequence}`),
    'no line has the words that are looked for',
    SPOKEN_OF,
  ),
  kind(/^not judged: it stands between/, 'line 303, and the emoji of lines 304 and 306', NO_STAR),
  kind(
    (text, { verdictTable }) =>
      verdictTable?.rows.some(({ name, line, rule }) => text === `${name} (line ${line}): ${rule}`) === true,
    DEFINITION,
    NO_TABLE,
  ),
  kind(
    /^[=≠?] lr .*: reported: /,
    (audit, text) => accuraciesOf(audit, /lr (\S+):/.exec(text)?.[1]),
    ROTATED,
  ),
  kind(/^✓ agrees with|^(Where|Below): /, DEFINITION),
  kind(
    /^Counted are our/,
    ({ seeds }) =>
      `golden/lr-experiment/ensembles/mnist: ${seeds?.of} seeds with all of these learning rates`,
    OTHER_RATE,
  ),
  kind(
    /^“a run reaches .*” holds in /,
    'golden/lr-experiment/ensembles/mnist-20-epochs: the runs of its seeds, counted',
    MORE_EPOCHS,
  ),
  kind(
    /^“.*” holds in |^all of this together holds in /,
    'golden/lr-experiment/ensembles: the runs of these seeds, counted',
    OTHER_RATE,
  ),
  kind(
    / not for those of most seeds/,
    'golden/lr-experiment/ensembles: the runs of these seeds, counted',
    OTHER_RATE,
  ),
  {
    is: (text, audit) => claimOf(text, audit) !== undefined,
    of: (text, audit) => {
      const claim = claimOf(text, audit)!;
      const evidence = [...new Set([...claim.supporting, ...claim.against].map(evidenceText))];
      return { from: evidence.join('; ') || 'no number', unless: counterexampleOfClaim(claim) };
    },
  },
];

function agreeing({ numbers }: Audit): string {
  const names = numbers.map(
    ({ metric, what }) => ({ value: metric, count: 'correct count', final: `final ${metric}` })[what],
  );
  const each = [...new Set(names)].map(
    (name) => `${names.filter((other) => other === name).length} × ${name}`,
  );
  return each.join(', ');
}

function firstLosses({ numbers }: Audit): string {
  const firsts = numbers.filter(({ metric, epoch, step }) => metric === 'loss' && epoch === 1 && step === 0);
  return firsts.map(({ printed, line }) => `loss ${printed} (line ${line})`).join('; ');
}

function placements({ reproduction }: Audit, text: string): string {
  const own = reproduction.runs.filter(({ conditions }) => text.startsWith(`lr ${conditions?.lr}:`));
  return (own.length === 0 ? reproduction.runs : own)
    .map(({ conditions, cells, pValue }) => {
      const worst = Math.max(...cells.map(({ position = 0 }) => Math.abs(position)));
      return `lr ${conditions?.lr}: of ${cells.length} tests none farther from the middle of its band than ${pythonFixed(worst, 2)} of the way to its edge, p = ${pythonFixed(pValue ?? NaN, 2)}`;
    })
    .join('; ');
}

function collapses({ reproduction }: Audit): string {
  return reproduction.runs
    .flatMap(({ conditions, collapse, outcome }) =>
      collapse === undefined || collapse.collapsed === 0
        ? []
        : [
            `golden/lr-experiment/ensembles/mnist, lr ${conditions?.lr}: ${collapse.collapsed} of ${collapse.of}; the reported run ${outcome}`,
          ],
    )
    .join('; ');
}

function claimCounts({ claims }: Audit): string {
  return `the verdicts below: ${claims.judged.length} claims`;
}

function cellsOf({ verdictTable }: Audit): { agrees?: boolean }[] {
  return verdictTable?.rows.flatMap(({ cells }) => [...cells]) ?? [];
}

function accuraciesOf({ runs }: Audit, lr: string | undefined): string {
  const run = runs.find(({ conditions }) => String(conditions.lr) === lr);
  const each = run?.series.accuracy.map(({ value, line }) => `${pythonFixed(value, 2)} % (line ${line})`);
  return `the accuracies of its run: ${each?.join(', ')}; those of the others`;
}

/** Whether a line of the list of claims is a claim, and says its verdict. */
function isClaim(text: string, audit: Audit): boolean {
  return /^[a-z ]+ line +\d+ {2}/.test(text) && claimOf(text, audit) !== undefined;
}

/** The claim that a printed line is about: in the summary its line stands behind the sentence, in the list before it. */
function claimOf(text: string, { claims }: Audit): Audit['claims']['judged'][number] | undefined {
  return claims.judged.find(
    ({ line, quote }) =>
      text.startsWith(`“${quote}” (line ${line})`) || new RegExp(`^[a-z ]+ line +${line} {2}`).test(text),
  );
}

function evidenceText({ line, conditions, text }: Evidence): string {
  const where = [
    ...(conditions === undefined ? [] : [conditionsText(conditions)]),
    ...(line === undefined ? [] : [`line ${line}`]),
  ];
  return `${text}${where.length === 0 ? '' : ` (${where.join(', ')})`}`;
}

// ---------------------------------------------------------------- the table

const LONGEST = 110;

export function sentencesTable(audit: Audit): string[] {
  const shortened = (text: string): string =>
    text.length <= LONGEST ? text : `${text.slice(0, LONGEST).replace(/ \S*$/, '')} …`;
  const rows = sentencesOf(audit).map(({ text, from, unless }) => [
    shortened(text),
    from,
    unless?.words ?? '–',
  ]);
  return markdownTable(['printed', 'follows from', 'not printed when'], rows);
}

if (require.main === module)
  void auditor().then((audit) => console.log(sentencesTable(audit(REPORT)).join('\n')));
