import { pythonFixed } from '../base/printf';
import { agreementOf } from './agreement';
import { listOf } from './list';
import { RULES_MADE_FOR } from './verdictRules';
import { claimShareWords } from './shareWords';
import type {
  Audit,
  AuditedRun,
  JudgedClaim,
  Omission,
  RunPlacement,
  SeedShare,
  VerdictTable,
} from './types';

/** The verdict in plain words: a paragraph on each question that a reader of the report has. */
export function summaryOf(audit: Omit<Audit, 'summary'>): string[] {
  const ofRuns =
    audit.runs.length === 0
      ? ['There is no log of a run in the report: only the values that it publishes can be judged.']
      : [agreementOf(audit), reproduces(audit)];
  return [
    ...ofRuns,
    ...unstatedRates(audit.runs),
    ...collapses(audit.reproduction.runs),
    ...sentences(audit.claims),
    ...notFound(audit.claims),
    ...luck(audit.claims.judged),
    ...(audit.verdictTable === undefined ? [] : table(audit.verdictTable)),
    ...omitted(audit.omissions),
  ];
}

function reproduces({ reproduction }: Omit<Audit, 'summary'>): string {
  const { verdict, reason, runs, pValue } = reproduction;
  const isWhole = runs.every(({ outcome }) => outcome !== undefined);
  const answer = {
    pass: `${isWhole ? 'They reproduce' : 'What is there of them reproduces'}, as far as runs without their seed can`,
    fail: 'They do not reproduce',
    inconclusive: 'Whether they reproduce cannot be told',
    'no-reference': 'Whether they reproduce was not judged',
    waived: 'They do not reproduce, for a stated reason',
  }[verdict];
  const each = runs.flatMap((run) =>
    run.pValue === undefined ? [] : [`p = ${pythonFixed(run.pValue, 2)} at lr ${run.lr}`],
  );
  const typical =
    each.length === 0
      ? ''
      : ` By the ranks of their scores among ours, ${listOf(each)}` +
        `${pValue === undefined ? '' : `; for the runs jointly p = ${pythonFixed(pValue, 2)}`}.`;
  return `${answer}: ${reason}.${typical}`;
}

function omitted(omissions: readonly Omission[]): string[] {
  if (omissions.length === 0) return [];
  const what = listOf(
    omissions.map(({ what }) => what),
    'or',
  );
  return [`No line of the report speaks of ${what}.`];
}

function unstatedRates(runs: readonly AuditedRun[]): string[] {
  return runs.flatMap(({ lr, lrFrom, firstLine }) => {
    if (lrFrom === 'heading') return [];
    const unstated = `No heading states the learning rate of the run from line ${firstLine}`;
    return lr === undefined
      ? [`${unstated}, and it cannot be told: what depends on it was not judged.`]
      : [`${unstated}: it was judged as a run at lr ${lr}, which fits best.`];
  });
}

function collapses(runs: readonly RunPlacement[]): string[] {
  return runs.flatMap(({ lr, collapse, outcome }) => {
    if (collapse === undefined || collapse.collapsed === 0) return [];
    const { collapsed, of, lower, upper, level } = collapse;
    return [
      `At lr ${lr}, ${collapsed} of our ${of} seeds end at chance ` +
        `(${percent(lower)} to ${percent(upper)} of all seeds, at level ${level}).` +
        (outcome === undefined ? '' : REPORTED[outcome]),
    ];
  });
}

const REPORTED = {
  learned: ' The reported run does not.',
  collapsed: ' So does the reported run.',
};

function sentences({ judged, counts, unclaimed }: Audit['claims']): string[] {
  const all = judged.length + unclaimed.length;
  const said =
    `Of ${plural(all, 'sentence')}: ${counts.holds} hold, ${counts.partly} in part, ` +
    `${counts.contradicted} contradicted, ${counts.inconclusive} inconclusive, ${counts['cannot be judged']} cannot be judged, ` +
    `${unclaimed.length} not judged.`;
  const wanting = judged.filter(({ verdict }) => verdict === 'contradicted' || verdict === 'partly');
  return all === 0 ? [] : [said, ...wanting.map(wantingWords)];
}

function notFound({ notFound, path }: Audit['claims']): string[] {
  if (notFound.length === 0) return [];
  const each = notFound.map(({ id, lr, quote }) => `“${quote}” at lr ${lr} (${id})`);
  return [
    `The document does not have the sentence${each.length === 1 ? '' : 's'} of ${plural(each.length, 'claim')} of ${path}: ${listOf(each)}.`,
  ];
}

function wantingWords({ line, quote, verdict, because }: JudgedClaim): string {
  return `“${quote}” (line ${line}) ${verdict === 'partly' ? 'holds in part' : 'is contradicted'}: ${because}.`;
}

/** Sentences that hold for the reported runs, and for fewer than half of all seeds. */
function luck(judged: readonly JudgedClaim[]): string[] {
  return judged.flatMap(({ verdict, quote, line, reading, seeds, parts }) => {
    if (verdict !== 'holds' || seeds === undefined || !isRare(seeds)) return [];
    const rare = parts.filter((part) => part.seeds !== undefined && isRare(part.seeds));
    return [
      `“${quote}” (line ${line}) holds for the reported runs, and not for those of most seeds. It is read so: ${reading} Of that, ` +
        `${claimShareWords({ seeds, parts: rare.length === 0 ? parts : rare }).join('; ')}.`,
    ];
  });
}

function isRare({ upper }: SeedShare): boolean {
  return upper < 1 / 2;
}

function table({ rows }: VerdictTable): string[] {
  const cells = rows.flatMap(({ name, cells }) => cells.map((cell) => ({ name, ...cell })));
  const judged = cells.filter(({ agrees }) => agrees !== undefined);
  const wrong = judged.filter(({ agrees }) => agrees === false);
  const each = wrong.map(({ name, lr, reported, computed }) => {
    const or = (word: string | undefined): string => word || 'nothing';
    return `${name} of lr ${lr} (reported ${or(reported)}, computed ${or(computed)})`;
  });
  const others = each.length === 0 ? '' : `, but for ${listOf(each)}`;
  const unclear = rows.flatMap(({ line, name, unclear }) =>
    unclear === undefined ? [] : [`Whose the ${name} of line ${line} is cannot be told: ${unclear}.`],
  );
  return [
    [
      `${judged.length - wrong.length} of ${plural(judged.length, 'cell')} of the verdict table are what stated rules give${others}. ` +
        `${RULES_MADE_FOR}.`,
      ...unclear,
    ].join(' '),
  ];
}

function percent(share: number): string {
  return `${pythonFixed(100 * share, 0)} %`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
