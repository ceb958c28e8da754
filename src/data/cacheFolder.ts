import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where data sets are kept between runs: `$ASSAY_CACHE`, else `$XDG_CACHE_HOME/assay`, else `~/.cache/assay`. */
export function cacheFolder(): string {
  const { ASSAY_CACHE, XDG_CACHE_HOME } = process.env;
  if (ASSAY_CACHE) return ASSAY_CACHE;
  return join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'assay');
}
