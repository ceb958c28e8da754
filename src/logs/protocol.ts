import { placeOf, type Fault, type Point } from '../run/run';
import { placeText } from '../run/words';

/**
 * Whether numbers come as a training makes them, whatever was trained: those of one metric stand for one place each, and the places go on.
 * A run that was continued tells some epochs twice, and one that was appended to another starts anew.
 */
export function protocolFaults(series: Readonly<Record<string, readonly Point[]>>): Fault[] {
  return Object.entries(series).flatMap(([name, points]) =>
    isInOrder(points) ? [] : seriesFaults(name, points),
  );
}

/**
 * Epochs that no series has, where whole ones are counted at one interval: the commonest, which at least half of the differences are.
 * Which epoch is the first, and which the last, differs from trainer to trainer.
 */
export function missingEpochs(series: Readonly<Record<string, readonly Point[]>>): Fault[] {
  const lineOf = new Map<number, number | undefined>();
  for (const points of Object.values(series))
    for (const { epoch, line } of points) {
      if (epoch === undefined || lineOf.has(epoch)) continue;
      if (!Number.isInteger(epoch)) return [];
      lineOf.set(epoch, line);
    }
  const epochs = [...lineOf.keys()].sort((a, b) => a - b);
  const differences = epochs.slice(1).map((epoch, i) => epoch - epochs[i]);
  const counts = new Map<number, number>();
  for (const difference of differences) counts.set(difference, (counts.get(difference) ?? 0) + 1);
  const [[interval, times] = [Infinity, 0]] = [...counts].sort(([a, n], [b, m]) => m - n || a - b);
  if (times < differences.length / 2) return [];
  return differences.flatMap((difference, i): Fault[] => {
    if (difference === interval || difference % interval !== 0) return [];
    const [first, last] = [epochs[i] + interval, epochs[i + 1] - interval];
    const message = first === last ? `epoch ${first} is missing` : `epochs ${first} to ${last} are missing`;
    const line = lineOf.get(epochs[i + 1]);
    return [{ check: 'protocol', rule: 'missing', ...(line !== undefined && { line }), message }];
  });
}

/** Most are: what places there were need not be remembered. */
function isInOrder(points: readonly Point[]): boolean {
  return points.every((point, i) => i === 0 || isBefore(points[i - 1], point));
}

function seriesFaults(name: string, points: readonly Point[]): Fault[] {
  const seen = new Set<string>();
  const faults: Fault[] = [];
  for (const [i, point] of points.entries()) {
    const place = placeOf(point);
    const where = placeText(point);
    const line = point.line === undefined ? {} : { line: point.line };
    if (seen.has(place)) {
      faults.push({
        check: 'protocol',
        rule: 'repeated',
        ...line,
        message: `${name} of ${where} is repeated`,
      });
    } else if (i > 0 && isBefore(point, points[i - 1])) {
      const message = `${name} of ${where} comes after that of ${placeText(points[i - 1])}`;
      faults.push({ check: 'protocol', rule: 'order', ...line, message });
    }
    seen.add(place);
  }
  return faults;
}

/** By the epoch, where both have one; else, and within an epoch, by the step. */
function isBefore(a: Point, b: Point): boolean {
  if (a.epoch !== undefined && b.epoch !== undefined && a.epoch !== b.epoch) return a.epoch < b.epoch;
  return a.step !== undefined && b.step !== undefined && a.step < b.step;
}
