/** A run as its log tells it: rounded numbers, exactly as printed. The grammar is in `docs/log-format.md`. */

export interface ReportedRun {
  /** Logs of trainers that print no header have none. */
  readonly header?: Located<Header>;
  readonly epochs: readonly ReportedEpoch[];
  /** A run that was stopped, and a trainer that prints none, have no footer. */
  readonly footer?: Located<Footer>;
}

export interface ReportedEpoch {
  readonly train: readonly Located<TrainLine>[];
  /** Missing only of an epoch that was cut short by the end of the log. */
  readonly test?: Located<TestLine>;
}

/** `line` is where the part starts in the file, 1-based. */
export type Located<T> = T & { readonly line: number };

export interface Header {
  /** PyTorch's name: `cpu`. */
  readonly device: string;
  /** As printed: `MNIST`. */
  readonly dataSet: string;
  /** The model in PyTorch's notation, several lines, without a final line feed. */
  readonly architecture: string;
}

export interface TrainLine {
  /** 1-based. */
  readonly epoch: number;
  /** Samples seen in this epoch before this batch. */
  readonly seen: number;
  /** Samples of an epoch. */
  readonly total: number;
  /** 100 · batch / batches, printed without decimals. */
  readonly percent: number;
  /** Mean loss of the batch, printed with 6 decimals. */
  readonly loss: number;
}

export interface TestLine {
  /** Mean loss of the test set, printed with 4 decimals. */
  readonly testLoss: number;
  readonly correctCount: number;
  readonly testCount: number;
  /** In percent, printed with 2 decimals. */
  readonly accuracy: number;
}

export interface Footer {
  /** Names of the files that were written. */
  readonly model: string;
  readonly predictions: string;
  readonly history: string;
  /** In percent, printed with 2 decimals. */
  readonly finalAccuracy: number;
}
