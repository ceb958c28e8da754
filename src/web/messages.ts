import type { DroppedFile } from './host/files';

/** What the page and its workers tell each other. */

/** Of the page when it is opened. */
export interface ListRequest {
  readonly what: 'list';
}

export interface JudgeRequest {
  readonly what: 'judge';
  /** None: the report that the study comes with. */
  readonly files: readonly DroppedFile[];
  /** The folder of a study; left out, a dropped one, else the one that comes with assay. */
  readonly study?: string;
  /** Left out, a document with headings is a report. */
  readonly as?: Kind;
}

/** A report is judged as `assay audit` does, logs as `assay check`. */
export type Kind = 'report' | 'logs';

export interface TrainRequest {
  readonly what: 'train';
  /** What was dropped. */
  readonly files: readonly DroppedFile[];
  /** The path of a record, among the files or in the package. */
  readonly record: string;
  /** Files of the data set; none: the synthetic digits are drawn. */
  readonly data: readonly DroppedFile[];
  readonly until: Until;
  readonly threads: number;
}

/** The first steps, the first epoch, or all that the record is of. */
export type Until = 'steps' | 'epoch' | 'end';

export const FIRST_STEPS = 20;

/** Between two steps. */
export interface PauseRequest {
  readonly what: 'pause' | 'go on';
}

export type ToJudge = ListRequest | JudgeRequest;
export type ToTrainer = TrainRequest | PauseRequest;

/** What could be chosen. */
export interface Choices {
  readonly studies: readonly StudyChoice[];
  readonly records: readonly RecordChoice[];
}

export interface StudyChoice {
  readonly folder: string;
  readonly name: string;
  readonly isDropped: boolean;
}

/** A record that can be trained again. */
export interface RecordChoice {
  readonly path: string;
  readonly title: string;
  /** The name of its data set. */
  readonly data: string;
  readonly isDropped: boolean;
}

export interface Listed {
  readonly what: 'listed';
  readonly choices: Choices;
}

export interface Judged {
  readonly what: 'judged';
  readonly kind: Kind;
  /** The command that prints the same JSON. */
  readonly command: string;
  readonly json: string;
  /** HTML, with every text from outside escaped. */
  readonly header: string;
  readonly content: string;
  readonly footer: string;
  /** The audit as a page of its own. */
  readonly page?: string;
  readonly study: string;
  readonly choices: Choices;
}

export interface JudgingFailed {
  readonly what: 'failed';
  /** In lines. */
  readonly message: string;
  readonly choices: Choices;
}

export type FromJudge = Listed | Judged | JudgingFailed;

/** How far the work is. */
export interface Progress {
  readonly what: 'progress';
  /** Such as `epoch 1: training`. */
  readonly doing: string;
  readonly done: number;
  readonly total: number;
  /** Training steps so far, and the seconds that they took. */
  readonly steps: number;
  readonly seconds: number;
}

/** A number or digest of the record, beside the one that came out here. */
export interface Mark {
  readonly what: 'mark';
  readonly name: string;
  readonly agrees: boolean;
  readonly expected: string;
  readonly got: string;
}

export interface Trained {
  readonly what: 'trained';
  readonly steps: number;
  readonly seconds: number;
  readonly threads: number;
  /** All that was compared agrees, rather than all but the last mark. */
  readonly agrees: boolean;
}

export interface TrainingFailed {
  readonly what: 'failed';
  /** In lines. */
  readonly message: string;
}

export type FromTrainer = Progress | Mark | Trained | TrainingFailed;
