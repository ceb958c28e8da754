/** What `base/machine` is in a browser, which does not say how much memory there is: an engine that gets too little says so. */

export const MEMORY_BYTES = Infinity;
export const MOST_ARRAY_BYTES = Infinity;

export function machine(): {
  readonly versions: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly arch: string;
  readonly cpu: string;
} {
  return { versions: {}, platform: navigator.userAgent, arch: 'browser', cpu: 'unknown' };
}
