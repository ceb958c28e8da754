import type { ChartMetric, Curves, View } from './curves';

/**
 * What a chart shows as CSV (RFC 4180): a row for each point, `setting,layer,series,epoch,value`, or `step` in place of `epoch`. A value
 * that is not finite is empty. A band is two series.
 */
export function chartCsv({ settings }: Curves, metric: ChartMetric, { hidden, layers }: View): string {
  const rows = settings
    .filter(({ key }) => !hidden.has(key))
    .flatMap(({ key, curves, band }) => {
      const ofCurves = curves
        .filter(({ layer }) => layers.has(layer))
        .flatMap(({ layer, name, series }) =>
          series[metric.name].map(([place, value]) => [key, layer, name, place, value ?? '']),
        );
      const edges = layers.has('band') ? (band[metric.name] ?? []) : [];
      const ofBand = [
        ...edges.map(([place, lower]) => [key, 'band', 'lower edge', place, lower]),
        ...edges.map(([place, , upper]) => [key, 'band', 'upper edge', place, upper]),
      ];
      return [...ofCurves, ...ofBand];
    });
  const header = ['setting', 'layer', 'series', metric.axis, metric.name];
  return [header, ...rows].map((row) => `${row.map(field).join(',')}\r\n`).join('');
}

/** A text that a spreadsheet would compute is marked as a text. */
function field(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
