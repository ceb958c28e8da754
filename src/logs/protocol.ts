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
