import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

/** A folder with the script that records the commit, as this project has it. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'assay-commit-'));
  makeProject(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

function makeProject(at: string): void {
  mkdirSync(join(at, 'dist'), { recursive: true });
  cpSync(join(ROOT, 'scripts/recordCommit.ts'), join(at, 'scripts/recordCommit.ts'));
  symlinkSync(join(ROOT, 'node_modules'), join(at, 'node_modules'));
  writeFileSync(join(at, '.gitignore'), 'dist\nnode_modules\n');
}

function git(...args: string[]): string {
  const identity = [
    '-c',
    'user.name=test',
    '-c',
    'user.email=test@example.com',
    '-c',
    'commit.gpgsign=false',
  ];
  return execFileSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8', stdio: 'pipe' }).trim();
}

function recorded(at = folder): string | undefined {
  execFileSync(process.execPath, ['-r', 'esbuild-register', 'scripts/recordCommit.ts'], { cwd: at });
  const path = join(at, 'dist/commit');
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : undefined;
}

test('is that of the clone, and says whether something was changed since', () => {
  git('init', '-q');
  git('add', '.');
  git('commit', '-q', '-m', 'all');
  git('tag', '-a', 'v1', '-m', 'v1');
  const commit = git('rev-parse', 'HEAD');
  expect(recorded()).toBe(commit);
  writeFileSync(join(folder, '.gitignore'), 'dist\nnode_modules\n\n');
  expect(recorded()).toBe(`${commit}-dirty`);
});

test('is not known outside of a clone, nor that of another project that it is installed in', () => {
  writeFileSync(join(folder, 'dist/commit'), 'of another build');
  expect(recorded()).toBeUndefined();
  git('init', '-q');
  git('add', '.');
  git('commit', '-q', '-m', 'all');
  const installed = join(folder, 'packages/assay');
  makeProject(installed);
  expect(recorded(installed)).toBeUndefined();
});
