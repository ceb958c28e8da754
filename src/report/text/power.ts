import { printable } from '../../base/printable';
import { pythonFixed } from '../../base/printf';
import { plural } from '../../base/words';
import { SEEN, SHIFTS, type PowerOfSetting, type SeenChange } from '../../judge/power';
import type { Refused, Seen } from '../../judge/power/gate';
import { conditionsText } from '../../run/run';
import type { Metric } from '../../study/types';
import { table, type ColumnGroup } from './table';

/** What a gate would see, setting by setting. Shifts to the better are in the table of the smallest shifts alone. */
export function powerText(
  settings: readonly PowerOfSetting[],
  metrics: readonly Metric[],
  columns?: number,
): string {
  const texts = settings.map((setting) => settingText(setting, metrics, columns));
  return `${texts.join('\n\n')}\n\n${LEGEND}\n`;
}

const LEGEND = 'What the tables mean: docs/power.md, "How to read the tables".';

function settingText(setting: PowerOfSetting, metrics: readonly Metric[], columns?: number): string {
  const { conditions, runs, coverage, isVacuous } = setting;
  const lines = [
    `${conditionsText(conditions) || 'all runs'}: ${plural(runs, 'run')}; of new runs ${percent(coverage, 1)} pass, one at a time`,
    ...(isVacuous ? ['The band is vacuous: it refuses nothing.'] : []),
  ];
  const tables = [
    setsTable(setting),
    ...changesTables(setting),
    ...faultsTables(setting),
    smallestTable(setting),
    runsTable(setting, metrics),
  ].map(({ title, groups, rows }) => [...title, table(groups, rows, columns)].join('\n'));
  return [lines.join('\n'), ...tables].join('\n\n');
}

interface TitledTable {
  /** A line above the table, or none. */
  readonly title: readonly string[];
  readonly groups: readonly ColumnGroup[];
  readonly rows: readonly (readonly string[])[];
}

/** What was simulated of each size of a set. */
function setsTable({ runs, coverage, gates }: PowerOfSetting): TitledTable {
  return {
    title: [],
    groups: [
      { heading: '', columns: [''] },
      { heading: 'sets', columns: ['simulated', 'disjoint'] },
      { heading: 'bands of the others', columns: ['runs', 'pass'] },
      { heading: 'joint test', columns: ['level'] },
    ],
    rows: gates.map(({ runs: k, sets, disjoint, coverage: left }) => [
      ...[plural(k, 'run'), String(sets), String(disjoint), String(runs - k), percent(left, 1)],
      k === 1 ? '–' : percent(1 - coverage, 1),
    ]),
  };
}

/** What is refused, and of sets of several runs also what bands refuse without the joint test. */
function changesTables({ gates, changes }: PowerOfSetting): TitledTable[] {
  const shown = changes.filter((change) => change.kind !== 'shift' || change.towards === 'worse');
  const tableOf = (title: string, sizes: readonly number[], textOf: (seen: Seen) => string): TitledTable => ({
    title: [title],
    groups: headedBy(sizes),
    rows: shown.map((change) => [
      nameOf(change),
      ...sizes.map((size) => {
        const seen = change.seen.find(({ runs }) => runs === size);
        return seen === undefined ? '–' : textOf(seen);
      }),
    ]),
  });
  const sizes = gates.map(({ runs }) => runs);
  const several = sizes.filter((size) => size > 1);
  return [
    tableOf('refused, % of sets (95 % interval)', sizes, ({ gate }) => refusedText(gate)),
    ...(several.length === 0
      ? []
      : [tableOf('refused by bands alone, % of sets', several, ({ alone }) => shareText(alone))]),
  ];
}

/** Of real runs; none where the study keeps none. */
function faultsTables({ faults, runs: ensemble }: PowerOfSetting): TitledTable[] {
  if (faults.length === 0) return [];
  const sizes = [...new Set(faults.flatMap(({ seen }) => seen.map(({ runs }) => runs)))];
  const groups = [
    { heading: '', columns: [''] },
    { heading: '', columns: ['numbers'] },
    ...sizes.map((size) => ({
      heading: plural(size, 'run'),
      columns: size === 1 ? ['refused'] : ['alone', 'refused'],
    })),
  ];
  const rows = faults.map(({ name, places, seen }) => [
    printable(name),
    String(places),
    ...sizes.flatMap((size) => {
      const of = seen.find(({ runs }) => runs === size);
      const texts = of === undefined ? ['–', '–'] : [countText(of.alone), countText(of.gate)];
      return size === 1 ? texts.slice(1) : texts;
    }),
  ]);
  return [{ title: [`runs with a fault, judged by all ${ensemble}: refused sets`], groups, rows }];
}

function countText({ count, of }: Refused): string {
  return `${count}/${of}`;
}

function smallestTable({ gates, smallest }: PowerOfSetting): TitledTable {
  return {
    title: [`smallest shift, in standard deviations, that is refused in ${100 * SEEN} % of sets`],
    groups: headedBy(gates.map(({ runs }) => runs)),
    rows: smallest.map(({ metric, towards, seen }) => [
      `${metric} ${towards}`,
      ...seen.map(({ size }) =>
        size === undefined ? `> ${SHIFTS[SHIFTS.length - 1]}` : pythonFixed(size, 1),
      ),
    ]),
  };
}

/** Of the sizes of sets that were simulated, the least that sees a shift. */
function runsTable({ gates, changes }: PowerOfSetting, metrics: readonly Metric[]): TitledTable {
  const most = Math.max(...gates.map(({ runs }) => runs));
  const neededFor = (name: string, size: number): string => {
    const shifts = changes.filter(
      (change) => change.kind === 'shift' && change.metric === name && change.size === size,
    );
    const enough = gates.find((_, i) =>
      shifts.every(({ seen }) => seen[i].gate.count / seen[i].gate.of >= SEEN),
    );
    return enough === undefined ? `> ${most}` : String(enough.runs);
  };
  return {
    title: [`runs needed to refuse a shift in ${100 * SEEN} % of sets, to the worse or to the better`],
    groups: [
      { heading: '', columns: [''] },
      { heading: '', columns: SHIFTS.map((size) => `${size} sd`) },
    ],
    rows: metrics.map(({ name }) => [name, ...SHIFTS.map((size) => neededFor(name, size))]),
  };
}

/** A column for each size of a set. */
function headedBy(sizes: readonly number[]): ColumnGroup[] {
  return [
    { heading: '', columns: [''] },
    { heading: '', columns: sizes.map((size) => plural(size, 'run')) },
  ];
}

function nameOf(change: SeenChange): string {
  switch (change.kind) {
    case 'none':
      return 'nothing is wrong';
    case 'shift':
      return `${change.metric} ${change.size} sd ${change.towards}`;
    case 'factor':
      return `${change.metric} × ${change.factor}`;
    case 'epoch repeated':
      return 'last epoch repeated';
    case 'one epoch late':
      return 'numbers one epoch late';
    case 'other runs':
      return `runs of ${conditionsText(change.conditions)}`;
  }
}

function percent(share: number, decimals: number): string {
  return `${pythonFixed(100 * share, decimals)} %`;
}

function shareText({ count, of }: Refused): string {
  return pythonFixed((100 * count) / of, 0);
}

function refusedText(refused: Refused): string {
  const [lower, upper] = [refused.lower, refused.upper].map((share) => pythonFixed(100 * share, 0));
  return `${shareText(refused)} (${lower}…${upper})`;
}
