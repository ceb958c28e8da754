import { printable } from '../../base/printable';
import { pythonFixed } from '../../base/printf';
import { plural } from '../../base/words';
import { SEEN, SHIFTS, type PowerOfSetting, type SeenChange } from '../../judge/power';
import type { Refused } from '../../judge/power/gate';
import { conditionsText } from '../../run/run';
import type { Metric } from '../../study/types';
import { table } from './table';

/** What a gate would see, setting by setting. Shifts to the better are in the second table alone. */
export function powerText(settings: readonly PowerOfSetting[], metrics: readonly Metric[]): string {
  return `${settings.map((setting) => settingText(setting, metrics)).join('\n\n')}\n\n${LEGEND}\n`;
}

const LEGEND = 'What "alone", "refused" and the intervals mean: docs/power.md, "How to read the table".';

function settingText(setting: PowerOfSetting, metrics: readonly Metric[]): string {
  const { conditions, runs, coverage, gates, isVacuous } = setting;
  const percent = (share: number): string => `${pythonFixed(100 * share, 1)} %`;
  const lines = [
    `${conditionsText(conditions) || 'all runs'}: ${plural(runs, 'run')}; of new runs ${percent(coverage)} pass, one at a time`,
    ...(isVacuous ? ['The band is vacuous: it refuses nothing.'] : []),
    ...gates.map(
      ({ runs: k, sets, disjoint, coverage: left }) =>
        `${plural(k, 'run')}: ${plural(sets, 'set')}, intervals of ${disjoint} without a common run; ` +
        `bands of the ${runs - k} others, which ${percent(left)} pass${k === 1 ? '' : `, together at ${percent(1 - coverage)}`}`,
    ),
  ];
  return `${lines.join('\n')}\n\n${[seenTable(setting), ...faultsTables(setting), smallestTable(setting), runsTable(setting, metrics)].join('\n\n')}`;
}

function seenTable({ gates, changes }: PowerOfSetting): string {
  const shown = changes.filter((change) => change.kind !== 'shift' || change.towards === 'worse');
  const groups = [
    { heading: '', columns: ['refused sets, 95 %'] },
    ...gates.map(({ runs }) => ({
      heading: plural(runs, 'run'),
      columns: runs === 1 ? ['refused'] : ['alone', 'refused'],
    })),
  ];
  const rows = shown.map((change) => [
    nameOf(change),
    ...gates.flatMap(({ runs }) => {
      const seen = change.seen.find((of) => of.runs === runs);
      if (seen === undefined) return runs === 1 ? ['–'] : ['–', '–'];
      return runs === 1 ? [refusedText(seen.gate)] : [shareText(seen.alone), refusedText(seen.gate)];
    }),
  ]);
  return table(groups, rows);
}

/** Of real runs; none where the study keeps none. */
function faultsTables({ faults, runs: ensemble }: PowerOfSetting): string[] {
  if (faults.length === 0) return [];
  const sizes = [...new Set(faults.flatMap(({ seen }) => seen.map(({ runs }) => runs)))];
  const groups = [
    {
      heading: `runs with a fault, by all ${ensemble}`,
      columns: ['refused sets', 'runs', 'numbers of each'],
    },
    ...sizes.map((k) => ({
      heading: plural(k, 'run'),
      columns: k === 1 ? ['refused'] : ['alone', 'refused'],
    })),
  ];
  const rows = faults.map(({ name, runs, places, seen }) => [
    printable(name),
    String(runs),
    String(places),
    ...sizes.flatMap((k) => {
      const of = seen.find(({ runs }) => runs === k);
      const texts = of === undefined ? ['–', '–'] : [countText(of.alone), countText(of.gate)];
      return k === 1 ? texts.slice(1) : texts;
    }),
  ]);
  return [table(groups, rows)];
}

function countText({ count, of }: Refused): string {
  return `${count} of ${of}`;
}

function smallestTable({ gates, smallest }: PowerOfSetting): string {
  const groups = [
    {
      heading: `smallest shift, in standard deviations, that is seen in ${100 * SEEN} % of sets`,
      columns: ['', ...gates.map(({ runs }) => plural(runs, 'run'))],
    },
  ];
  const rows = smallest.map(({ metric, towards, seen }) => [
    `${metric} ${towards}`,
    ...seen.map(({ size }) => (size === undefined ? `> ${SHIFTS[SHIFTS.length - 1]}` : pythonFixed(size, 1))),
  ]);
  return table(groups, rows);
}

/** Of the sizes of sets that were simulated, the least that sees a shift. */
function runsTable({ gates, changes }: PowerOfSetting, metrics: readonly Metric[]): string {
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
  const groups = [
    {
      heading: `runs that see such a shift in ${100 * SEEN} % of sets, to the worse or to the better`,
      columns: ['', ...SHIFTS.map((size) => `${size} sd`)],
    },
  ];
  return table(
    groups,
    metrics.map(({ name }) => [name, ...SHIFTS.map((size) => neededFor(name, size))]),
  );
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
      return 'last epoch repeats the one before';
    case 'one epoch late':
      return 'numbers one epoch late';
    case 'other runs':
      return `runs of ${conditionsText(change.conditions)}`;
  }
}

function shareText({ count, of }: Refused): string {
  return `${pythonFixed((100 * count) / of, 0)} %`;
}

function refusedText(refused: Refused): string {
  const [lower, upper] = [refused.lower, refused.upper].map((share) => pythonFixed(100 * share, 0));
  return `${shareText(refused)} (${lower} … ${upper})`;
}
