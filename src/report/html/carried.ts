/** What a page carries so that its runs can be trained again where it is read. */
export interface Carried {
  /** The experiment and the records, as their files have them. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly runs: readonly CarriedRun[];
}

export interface CarriedRun {
  /** Of its record, among the files. */
  readonly path: string;
  readonly title: string;
  /** The name of its data set. The page has no images: they are drawn, or the reader has the files. */
  readonly data: string;
}

/** Of the element with what is carried. */
export const CARRIED_ID = 'carried';
