import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** This package's version, as its package.json says. */
export function packageVersion(): string {
  const text = readFileSync(join(__dirname, '../package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
