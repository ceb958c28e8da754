/** The data sets that can be asked for by name: every byte of them is known beforehand. */
export const KNOWN_NAMES = ['mnist', 'synthetic'] as const;

export type KnownName = (typeof KNOWN_NAMES)[number];

export function isKnownName(name: string): name is KnownName {
  return (KNOWN_NAMES as readonly string[]).includes(name);
}

/** Published, and taken where none is named; the others are drawn. */
export const PUBLISHED: KnownName = 'mnist';

/** What a command takes for a data set. */
export const SOURCES_TEXT = `${KNOWN_NAMES.join(', ')}, or a folder of four IDX files`;

/** What `loadDataSet` takes where none is named. */
export const DEFAULT_SOURCE_TEXT = 'mnist if it is found or can be downloaded, else synthetic';
