/** All that is known about one training experiment, in one folder. The paths are those to open, whatever they are relative to in its file. */
export interface Study {
  readonly name: string;
  readonly title: string;
  /** The file of the experiment as our engines train it. */
  readonly experiment: string;
  /** The folder that assay alone writes; it need not be there yet. */
  readonly golden: string;
  /** The document that is audited. */
  readonly report?: string;
  /** What its sentences claim. */
  readonly claims?: string;
  /** What the published training came by, as hashes, recorded from the program that it is of. */
  readonly trace?: string;
  /** What may have been otherwise where it is silent. */
  readonly readings?: string;
  /** Nobody named it, and there was none nearby: it is the one that comes with this package, where nothing is written. */
  readonly isDefault: boolean;
}
