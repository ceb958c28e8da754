import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

export interface Locked {
  readonly version?: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** The folders below `root` of all packages that `npm install` puts beside a package of this checkout on this machine. */
export function installedBeside(root: string): string[] {
  // One for another platform is not there.
  return neededBeside(lockedPackages(root)).filter((path) => existsSync(join(root, path)));
}

/** What a checkout's lock has, by folder; '' is the package itself. */
export function lockedPackages(root: string): Readonly<Record<string, Locked>> {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Readonly<Record<string, Locked>>;
  };
  return packages;
}

/** The folders of all locked packages that the package itself needs, on any platform. */
export function neededBeside(packages: Readonly<Record<string, Locked>>): string[] {
  const found = new Set<string>();
  const visit = (folder: string): void => {
    for (const name of needsOf(packages[folder])) {
      const path = resolved(folder, name, packages);
      if (path === undefined || found.has(path)) continue;
      found.add(path);
      visit(path);
    }
  };
  visit('');
  return [...found].sort();
}

function needsOf(locked: Locked): string[] {
  const { dependencies, optionalDependencies, peerDependencies = {}, peerDependenciesMeta = {} } = locked;
  const peers = Object.keys(peerDependencies).filter((name) => peerDependenciesMeta[name]?.optional !== true);
  return [...Object.keys({ ...dependencies, ...optionalDependencies }), ...peers];
}

/** Where Node finds a package from a folder: in its node_modules, or in those above. */
function resolved(
  folder: string,
  name: string,
  packages: Readonly<Record<string, Locked>>,
): string | undefined {
  const path = join(folder, 'node_modules', name);
  if (path in packages) return path;
  if (folder === '') return undefined;
  return resolved(folder.replace(/\/?node_modules\/(@[^/]+\/)?[^/]+$/, ''), name, packages);
}

/** What the files of a package take on a disk with blocks of 4 KiB; without packages within it. */
export function bytesOnDisk(folder: string): number {
  const BLOCK = 4096;
  return readdirSync(folder, { withFileTypes: true }).reduce(
    (sum, entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name === 'node_modules' ? sum : sum + bytesOnDisk(path);
      return entry.isFile() ? sum + Math.ceil(statSync(path).size / BLOCK) * BLOCK : sum;
    },
    BLOCK, // of the folder itself
  );
}
