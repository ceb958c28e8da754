/** Images with one label each, as IDX files hold them. */
export interface ImageSet {
  /** uint8 [count, channels, height, width], row by row; of one channel, 0 is paper and 255 is ink. */
  readonly images: Uint8Array;
  /** uint8 [count] */
  readonly labels: Uint8Array;
  readonly count: number;
  readonly channels: number;
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

/** `28 × 28`, or with channels `3 × 32 × 32`. */
export function sizeText({
  channels,
  height,
  width,
}: Pick<ImageSet, 'channels' | 'height' | 'width'>): string {
  return [...(channels === 1 ? [] : [channels]), height, width].join(' × ');
}

/** 1 more than the greatest label. */
export function classCountOf({ labels }: ImageSet): number {
  return 1 + labels.reduce((greatest, label) => (label > greatest ? label : greatest), 0);
}
