import { pythonFixed } from '../base/printf';
import { agreementOf } from './agreement';
import { listOf, plural } from '../base/words';
import { conditionsText } from '../run/run';
import { claimShareWords } from './shareWords';
import type { Audit, JudgedClaim, Omission, SeedShare, VerdictTable } from './types';
import { atText, titlesOf } from './words';

/** The verdict in plain words: a paragraph on each question that a reader of the report has. */
export function summaryOf(audit: Omit<Audit, 'summary'>): string[] {
  const ofRuns =
    audit.runs.length === 0
      ? ['There is no log of a run in the report: only the values that it publishes can be judged.']
      : [agreementOf(audit), reproduces(audit)];
  const wanting = wantingOf(audit);
  return [
    ...(wanting.length === 0 ? [] : [`What does not hold: ${listOf(wanting)}.`]),
    ...ofRuns,
    ...unstated(audit),
    ...collapsesOf(audit.reproduction),
    ...sentences(audit.claims),
    ...notFound(audit.claims),
    ...luck(audit.claims.judged),
    ...(audit.verdictTable === undefined ? [] : table(audit.verdictTable)),
    ...omitted(audit.omissions),
  ];
}

/** What does not hold, counted: `1 sentence contradicted`; empty where nothing is found wanting. */
export function wantingOf({
  findings,
  claims,
  reproduction,
  verdictTable,
}: Pick<Audit, 'findings' | 'claims' | 'reproduction' | 'verdictTable'>): string[] {
  const { contradicted, partly } = claims.counts;
  const inLines = findings.filter(({ group }) => group !== 'bands' && group !== 'claims').length;
  const outside = reproduction.runs.filter(({ verdict }) => verdict === 'fail').length;
  const cells = (verdictTable?.rows ?? []).flatMap(({ cells }) => cells);
  const wrongCells = cells.filter(({ agrees }) => agrees === false).length;
  return [
    ...(contradicted === 0 ? [] : [`${plural(contradicted, 'sentence')} contradicted`]),
    ...(partly === 0 ? [] : [`${plural(partly, 'sentence')} true in part only`]),
    ...(inLines === 0 ? [] : [`${plural(inLines, 'finding')} in lines of the runs`]),
    ...(outside === 0
      ? []
      : [`${plural(outside, 'run')} outside of ${outside === 1 ? 'its band' : 'their bands'}`]),
    ...(wrongCells === 0 ? [] : [`${plural(wrongCells, 'cell')} of the verdict table wrong`]),
  ];
}

function reproduces({ reproduction }: Omit<Audit, 'summary'>): string {
  const { verdict, reason, runs, pValue } = reproduction;
  const areWhole = runs.every(({ isWhole }) => isWhole);
  const answer = {
    pass: `${areWhole ? 'They reproduce' : 'What is there of them reproduces'}, as far as bands can tell`,
    fail: 'They do not reproduce',
    inconclusive: 'Whether they reproduce is not decided',
    'no-reference': 'Whether they reproduce was not judged',
    waived: 'They do not reproduce, for a stated reason',
  }[verdict];
  const each = runs.flatMap((run) =>
    run.pValue === undefined ? [] : [`p = ${pythonFixed(run.pValue, 2)}${atText(run.conditions ?? {})}`],
  );
  const typical =
    each.length === 0
      ? ''
      : ` By the ranks of their scores among ours, ${listOf(each)}` +
        `${pValue === undefined || each.length === 1 ? '' : `; for the runs jointly p = ${pythonFixed(pValue, 2)}`}.`;
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

/** Of the runs of which a heading, or the log, does not state all conditions. */
function unstated({ runs, study }: Pick<Audit, 'runs' | 'study'>): string[] {
  return runs.flatMap(({ conditions, conditionsFrom, unstated, firstLine }) => {
    if (unstated.length === 0) return [];
    const missing = study.conditions.filter(({ name }) => unstated.includes(name));
    const it = missing.length === 1 ? 'it' : 'they';
    const said = `No heading states the ${titlesOf(missing)} of the run from line ${firstLine}`;
    return conditionsFrom === undefined
      ? [
          `${said}, and ${it} cannot be inferred: what depends on ${missing.length === 1 ? 'it' : 'them'} was not judged.`,
        ]
      : [`${said}: it was judged as a run${atText(conditions)}, which fits best.`];
  });
}

/** How many of our seeds do not learn at the settings of the report's runs, a sentence for each at which some do not. */
export function collapsesOf({ runs }: Pick<Audit['reproduction'], 'runs'>): string[] {
  return runs.flatMap(({ conditions = {}, collapse, outcome }) => {
    if (collapse === undefined || collapse.collapsed === 0) return [];
    const { collapsed, of, lower, upper, level } = collapse;
    const at = atText(conditions).trimStart();
    return [
      `${at === '' ? '' : `A${at.slice(1)}, `}${collapsed} of our ${of} seeds end at chance ` +
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
    `Of ${plural(all, 'sentence')}: ${counts.holds} ${counts.holds === 1 ? 'holds' : 'hold'}, ${counts.partly} in part, ` +
    `${counts.contradicted} contradicted, ${counts.inconclusive} inconclusive, ${counts['cannot be judged']} that no number could contradict, ` +
    `${unclaimed.length} without a claim.`;
  const wanting = judged.filter(({ verdict }) => verdict === 'contradicted' || verdict === 'partly');
  return all === 0 ? [] : [said, ...wanting.map(wantingWords)];
}

function notFound({ notFound, path }: Audit['claims']): string[] {
  if (notFound.length === 0) return [];
  const each = notFound.map(({ id, conditions, quote }) => `“${quote}”${atText(conditions)} (${id})`);
  return [
    `The document does not have the sentence${each.length === 1 ? '' : 's'} of ${plural(each.length, 'claim')} of ${path}: ${listOf(each)}.`,
  ];
}

function wantingWords({ line, quote, verdict, reading, because }: JudgedClaim): string {
  const how = verdict === 'partly' ? 'holds in part' : 'is contradicted';
  return `“${quote}” (line ${line}) ${how}. It is read as: ${sentenceOf(reading)} Found: ${because}.`;
}

/** Whoever wrote it may have left out the stop. */
function sentenceOf(reading: string): string {
  return /[.!?…]$/.test(reading) ? reading : `${reading}.`;
}

/** Sentences that hold for the reported runs, and for fewer than half of all seeds. */
function luck(judged: readonly JudgedClaim[]): string[] {
  return judged.flatMap(({ verdict, quote, line, reading, seeds, parts }) => {
    if (verdict !== 'holds' || seeds === undefined || !isRare(seeds)) return [];
    const rare = parts.filter((part) => part.seeds !== undefined && isRare(part.seeds));
    return [
      `“${quote}” (line ${line}) holds for the reported runs, but not for those of most seeds. It is read as: ${sentenceOf(reading)} Of that, ` +
        `${claimShareWords({ seeds, parts: rare.length === 0 ? parts : rare }).join('; ')}.`,
    ];
  });
}

function isRare({ upper }: SeedShare): boolean {
  return upper < 1 / 2;
}

function table({ rows, note }: VerdictTable): string[] {
  const cells = rows.flatMap(({ name, cells }) => cells.map((cell) => ({ name, ...cell })));
  const judged = cells.filter(({ agrees }) => agrees !== undefined);
  const wrong = judged.filter(({ agrees }) => agrees === false);
  const each = wrong.map(({ name, conditions, reported, computed }) => {
    const or = (word: string | undefined): string => word || 'nothing';
    return `${name} of ${conditionsText(conditions)} (reported ${or(reported)}, computed ${or(computed)})`;
  });
  const others = each.length === 0 ? '' : `, except ${listOf(each)}`;
  const unclear = rows.flatMap(({ line, name, unclear }) =>
    unclear === undefined
      ? []
      : [`The row ${name} in line ${line} is not judged, as its column is unclear: ${unclear}.`],
  );
  return [
    [
      judged.length === 0
        ? 'No cell of the verdict table is judged by a rule.'
        : `${judged.length - wrong.length} of ${plural(judged.length, 'judged cell')} of the verdict table are what stated rules give${others}.`,
      ...(note === undefined || judged.length === 0 ? [] : [`${note}.`]),
      ...unclear,
    ].join(' '),
  ];
}

function percent(share: number): string {
  return `${pythonFixed(100 * share, 0)} %`;
}
