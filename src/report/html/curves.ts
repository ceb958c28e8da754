/** What the charts of a page show. It is part of the page, as JSON, so that its script can draw it again when something is toggled. */
export interface Curves {
  readonly epochs: number;
  readonly learningRates: readonly CurvesOfLearningRate[];
}

export interface CurvesOfLearningRate {
  readonly lr: number;
  readonly curves: readonly Curve[];
  readonly band: readonly (Readonly<
    Record<'testLoss' | 'accuracy', readonly [lower: number, upper: number]>
  > & {
    readonly epoch: number;
  })[];
}

export const CURVE_LAYERS = ['seeds', 'collapsed', 'reproduced', 'reported'] as const;
/** What can be shown or hidden. `seeds` are those of our ensemble that learned, `collapsed` those that did not. */
export type Layer = (typeof CURVE_LAYERS)[number] | 'band';

export const CHART_METRICS = ['testLoss', 'accuracy', 'trainingLoss'] as const;
export type ChartMetric = (typeof CHART_METRICS)[number];

export interface Curve extends Readonly<Record<ChartMetric, readonly Point[]>> {
  readonly layer: (typeof CURVE_LAYERS)[number];
  /** What the curve is, such as `seed 3`. */
  readonly name: string;
}

/** Epochs since the start, and the value: null where it is not finite. Accuracies are in percent. */
export type Point = readonly [epoch: number, value: number | null];

/** What is shown. */
export interface View {
  /** Learning rates that are hidden. */
  readonly hidden: ReadonlySet<number>;
  readonly layers: ReadonlySet<Layer>;
  readonly scale: Scale;
}

export type Scale = 'logarithmic' | 'linear';
