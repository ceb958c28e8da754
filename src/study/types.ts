/** All that is known about one training experiment, in one folder. The paths are those to open, whatever they are relative to in its file. */
export interface Study {
  readonly name: string;
  readonly title: string;
  /** The settings that its runs differ by; none where all runs are alike. */
  readonly conditions: readonly Condition[];
  /** The metrics that are judged, in the order in which they are shown. */
  readonly metrics: readonly Metric[];
  /** How a run that never learned is recognised; left out, no run counts as collapsed. */
  readonly chance?: Chance;
  readonly logs: LogSettings;
  /** The level of the bands of all conditions together. */
  readonly level: number;
  /** The file of the experiment as our engines train it; missing where another trainer makes its runs. */
  readonly experiment?: string;
  /** The command that trains a run where there is no experiment: `python train.py --lr {lr} --seed {seed}`. */
  readonly trainer?: string;
  /** The folder that only assay writes to; it may not exist yet. */
  readonly golden: string;
  /** The document that is audited. */
  readonly report?: string;
  /** What its sentences claim. */
  readonly claims?: string;
  /** The rules by which the cells of its verdict table are computed. */
  readonly rules?: string;
  /** A trace of the published training, as hashes, recorded from the program that published it. */
  readonly trace?: string;
  /** Other readings of the document, where it leaves something open. */
  readonly readings?: string;
  /** None was named or found nearby: the one that comes with this package, where nothing is written. */
  readonly isDefault: boolean;
}

/** `lr`: a setting with a value. */
export interface Condition {
  readonly name: string;
  /** In words: `learning rate`. */
  readonly title?: string;
  /** The values that are trained with; of texts, all possible ones. Left out: any number. */
  readonly values?: readonly (number | string)[];
}

export interface Metric {
  readonly name: string;
  /** Its name in logs, where that differs. */
  readonly from?: string;
  /** `loss`: from 0 on, skewed. `percent`: 0 to 100. `share`: 0 to 1. `real`: any number. */
  readonly kind: 'loss' | 'percent' | 'share' | 'real';
  readonly better: 'lower' | 'higher';
  readonly per: 'step' | 'epoch';
  /** What the steps of an epoch are counted in: `samples seen`; left out, steps. */
  readonly steps?: string;
  /** Decimals that are shown where a log does not say. */
  readonly decimals: number;
}

/** A classifier that gives each class the same probability, or every sample the same class. */
export interface Chance {
  readonly classes: number;
  /** Metrics that are cross-entropies, whose value for a guess is ln(classes). */
  readonly crossEntropy: readonly string[];
  /** Metrics that are the share of samples classified right. */
  readonly accuracy: readonly string[];
}

/** How logs are read. */
export interface LogSettings {
  /** Name of the format; left out, it is detected for each file. */
  readonly format?: string;
  /** A line of the log with names in braces, or several, of the format `template`. */
  readonly template?: string | readonly string[];
  /** Where path names have conditions and the seed: `lr{lr}/seed-{seed}.csv`. */
  readonly path?: string;
}
