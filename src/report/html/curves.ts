import type { Metric } from '../../study/types';

/** What the charts of a page show. It is part of the page, as JSON, so that its script can draw it again when something is toggled. */
export interface Curves {
  /** What the settings are called: `learning rate`; empty where all runs are alike. */
  readonly title: string;
  /** A chart for each. */
  readonly metrics: readonly ChartMetric[];
  /** A panel for each. */
  readonly settings: readonly CurvesOfSetting[];
}

export interface ChartMetric extends Pick<Metric, 'name' | 'kind' | 'better' | 'per' | 'decimals'> {
  /** Of its chart, in the page. */
  readonly id: string;
  readonly title: string;
  readonly axis: 'epoch' | 'step';
  /** The first and the last place on the axis that a point has. */
  readonly extent: readonly [from: number, to: number];
}

export interface CurvesOfSetting {
  /** `lr 0.001` */
  readonly key: string;
  /** `0.001`, where there is one condition. */
  readonly name: string;
  /** `learning rate 0.001` */
  readonly title: string;
  readonly curves: readonly Curve[];
  /** How many of our seeds there are; of them, at most so many are drawn as a chart can show. */
  readonly seeds: { readonly learned: number; readonly collapsed: number; readonly drawn: number };
  /** By the name of the metric. */
  readonly band: Readonly<Record<string, readonly BandPoint[]>>;
}

export const CURVE_LAYERS = ['seeds', 'collapsed', 'median', 'reproduced', 'reported'] as const;
/** What can be shown or hidden. `seeds` are those of our ensemble that learned, `collapsed` those that did not; `median` is that of the former. */
export type Layer = (typeof CURVE_LAYERS)[number] | 'band';

export interface Curve {
  readonly layer: (typeof CURVE_LAYERS)[number];
  /** What the curve is, such as `seed 3`. */
  readonly name: string;
  /** By the name of the metric. */
  readonly series: Readonly<Record<string, readonly Point[]>>;
}

/** The place on the axis, and the value: null where it is not finite. What is told per step is at the epochs since the start. */
export type Point = readonly [place: number, value: number | null];
export type BandPoint = readonly [place: number, lower: number, upper: number];

/** Of what a band or a bundle of seeds is held against: drawn with a mark at each point, and read out one by one. */
export const MAIN_LAYERS: readonly Layer[] = ['reported', 'reproduced'];

/** What is shown. */
export interface View {
  /** Keys of settings that are hidden. */
  readonly hidden: ReadonlySet<string>;
  readonly layers: ReadonlySet<Layer>;
  readonly scale: Scale;
}

export type Scale = 'logarithmic' | 'linear';
