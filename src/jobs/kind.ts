import type { DataSet } from '../data/dataset';
import type { Schema } from '../base/schema';

/** What a worker has for its jobs. */
export interface Workbench {
  /** The data set with this digest. Errors: AssayError `data-not-found`. */
  dataSet(sha256: string): DataSet;
}

/** One kind of seeded job: its payload and its result are JSON, checked against schemas wherever they come in. */
export interface JobKind<Payload, Result> {
  readonly name: string;
  readonly payload: Schema<Payload>;
  readonly result: Schema<Result>;
  /** What decides the result, of all that the payload says. */
  identity(payload: Payload): unknown;
  /** Whether the result says that it is of this payload. */
  belongs(result: Result, payload: Payload): boolean;
  /**
   * What of a result that meets the schema no execution can give, for a reader; undefined when nothing is.
   *
   * @param dataSets those that are here; the payload's need not be
   */
  impossible?(result: Result, payload: Payload, dataSets: readonly DataSet[]): string | undefined;
  /** Where two results of one payload part, for a reader; the first place in the JSON unless the kind knows better. */
  difference?(a: Result, b: Result): string;
  execute(payload: Payload, workbench: Workbench): Promise<Result>;
}
