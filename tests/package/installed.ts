import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { installedBeside } from './closure';

const ROOT = resolve(__dirname, '../..');

/** What a project has of its own, beside this package: its tests run with them. */
const TOOLS = ['@types/jest', '@types/node', 'expect', 'jest', 'typescript'];

/** The packed package in an empty project, as `npm install` would put it there; its dependencies are those of this checkout. */
export class InstalledPackage {
  private constructor(readonly folder: string) {}

  static async open(): Promise<InstalledPackage> {
    const folder = await mkdtemp(join(tmpdir(), 'assay-package-'));
    const tarball = join(folder, pack(folder));
    const modules = join(folder, 'node_modules');
    await mkdir(join(modules, 'assay'), { recursive: true });
    run(folder, 'tar', ['-xzf', tarball, '-C', join(modules, 'assay'), '--strip-components', '1']);
    await rm(tarball);
    const tools = TOOLS.map((name) => join('node_modules', name)).filter((path) =>
      existsSync(join(ROOT, path)),
    );
    for (const path of new Set([...installedBeside(ROOT), ...tools])) {
      if (path.lastIndexOf('node_modules') > 0) continue; // within another, which is linked
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await symlink(join(ROOT, path), join(folder, path));
    }
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'empty', private: true }));
    return new InstalledPackage(folder);
  }

  async write(path: string, text: string): Promise<void> {
    await writeFile(join(this.folder, path), text);
  }

  /** Runs a program in the project; what it prints, where it ends with 0. */
  run(program: string, args: readonly string[]): string {
    return run(this.folder, program, args).stdout;
  }

  /** The installed command line. */
  assay(...args: readonly string[]): {
    readonly status: number | null;
    readonly stdout: string;
    readonly stderr: string;
  } {
    const program = join(this.folder, 'node_modules/assay/bin/assay.js');
    return spawnSync(process.execPath, [program, ...args], {
      cwd: this.folder,
      encoding: 'utf8',
      env: ENVIRONMENT,
    });
  }

  /** Of every file of the package: nothing is ever written into it. */
  async digest(): Promise<string> {
    const folder = join(this.folder, 'node_modules/assay');
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const hash = createHash('sha256');
    const paths = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    for (const path of paths.sort()) hash.update(path).update(await readFile(path));
    return hash.digest('hex');
  }

  close(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }
}

/** Packs the package of this checkout into a folder; the name of the tarball. */
export function pack(folder: string): string {
  const args = ['pack', '--ignore-scripts', '--silent', '--pack-destination', folder];
  return run(ROOT, 'npm', args).stdout.trim().split('\n').at(-1) ?? '';
}

/** No data set is found outside of the project, and it is at no CI, where goldens are not recorded. */
const { ASSAY_DATA: _data, CI: _ci, ...REST } = process.env;
const ENVIRONMENT = { ...REST, ASSAY_CACHE: join(tmpdir(), 'assay-no-cache'), NO_COLOR: '1' };

function run(cwd: string, program: string, args: readonly string[]): { readonly stdout: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: 'utf8', env: ENVIRONMENT });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return { stdout };
}
