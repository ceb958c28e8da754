import { placeText, valueText, type Panel } from './chart';
import { MAIN_LAYERS, type ChartMetric, type Curve, type Layer, type View } from './curves';

/** What a chart says at one place of a panel. */
export interface Readout {
  /** `learning rate 0.001, epoch 3` */
  readonly title: string;
  readonly entries: readonly { readonly layer: Layer; readonly name: string; readonly text: string }[];
}

const READ: readonly Layer[] = [...MAIN_LAYERS, 'median'];

/** Curves that are read out: single ones, and not those of a bundle. */
function readCurves({ of }: Panel, { layers }: View): Curve[] {
  return of.curves.filter(({ layer }) => READ.includes(layer) && layers.has(layer));
}

/** The places of a panel at which there is something to read, in their order. */
export function placesIn(panel: Panel, metric: ChartMetric, view: View): number[] {
  const ofCurves = readCurves(panel, view).flatMap(({ series }) => series[metric.name].map(([at]) => at));
  const ofBand = view.layers.has('band') ? (panel.of.band[metric.name] ?? []).map(([at]) => at) : [];
  return [...new Set([...ofCurves, ...ofBand])].sort((a, b) => a - b);
}

export function readoutAt(panel: Panel, metric: ChartMetric, view: View, place: number): Readout {
  const curves = readCurves(panel, view).flatMap(({ layer, name, series }) => {
    const point = series[metric.name].find(([at]) => at === place);
    return point === undefined ? [] : [{ layer, name, text: valueText(point[1], metric) }];
  });
  const band = view.layers.has('band')
    ? (panel.of.band[metric.name] ?? []).find(([at]) => at === place)
    : undefined;
  const where = `${metric.axis} ${placeText(place, metric)}`;
  return {
    title: [panel.of.title, where].filter((words) => words !== '').join(', '),
    entries: [
      ...curves.sort((a, b) => READ.indexOf(a.layer) - READ.indexOf(b.layer)),
      ...(band === undefined
        ? []
        : [
            {
              layer: 'band' as const,
              name: 'band',
              text: `${valueText(band[1], metric)} … ${valueText(band[2], metric)}`,
            },
          ]),
    ],
  };
}
