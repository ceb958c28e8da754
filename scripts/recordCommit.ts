import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** `dist/commit`: what a page says that it was made by. Outside of a clone there is none. */
const ROOT = join(__dirname, '..');
const FILE = join(ROOT, 'dist/commit');

const described = spawnSync('git', ['describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'], {
  cwd: ROOT,
  encoding: 'utf8',
});
// A folder within another project's clone, such as node_modules, is none of ours.
const top = spawnSync('git', ['rev-parse', '--show-prefix'], { cwd: ROOT, encoding: 'utf8' });
if (described.status === 0 && top.stdout.trim() === '') writeFileSync(FILE, described.stdout);
else rmSync(FILE, { force: true });
