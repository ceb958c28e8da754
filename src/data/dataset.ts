/** Greyscale images with one label each, as IDX files hold them. */
export interface ImageSet {
  /** uint8 [count, height, width], row by row; 0 is paper, 255 is ink. */
  readonly images: Uint8Array;
  /** uint8 [count], each in 0..9. */
  readonly labels: Uint8Array;
  readonly count: number;
  readonly height: number;
  readonly width: number;
}

/** A training set and a test set whose images have one size. */
export interface DataSet {
  /** `mnist` or `synthetic` for what has their digest, otherwise the name of the folder it was read from. */
  readonly name: string;
  /** See `sha256OfFiles` in `folder.ts`. */
  readonly sha256: string;
  readonly train: ImageSet;
  readonly test: ImageSet;
}
