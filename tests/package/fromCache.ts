import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { lockedPackages, neededBeside } from './closure';
import { pack } from './installed';

const ROOT = resolve(__dirname, '../..');

/** How long npm took to install the package, or which file of another package its cache lacks. */
export type Installation = { readonly seconds: number } | { readonly lacks: string };

/**
 * Packs the package and has npm install it into an empty project, with what it needs, from npm's cache alone: nothing is downloaded. The
 * project has the versions that this checkout has locked: `npm ci` leaves those in the cache, and not the lists of versions that
 * `npm install` would choose from.
 */
export async function installFromCache(folder: string): Promise<Installation> {
  const tarball = `file:${pack(folder)}`;
  const packages = lockedPackages(ROOT);
  const project = { name: 'empty', private: true, dependencies: { assay: tarball } };
  const { version, bin, dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } =
    packages[''];
  const lock = {
    ...{ name: project.name, lockfileVersion: 3, requires: true },
    packages: {
      '': project,
      'node_modules/assay': {
        ...{ version, bin, resolved: tarball, dependencies, optionalDependencies },
        ...{ peerDependencies, peerDependenciesMeta },
      },
      ...Object.fromEntries(neededBeside(packages).map((path) => [path, packages[path]])),
    },
  };
  await writeFile(join(folder, 'package.json'), JSON.stringify(project));
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify(lock));
  const start = performance.now();
  const { status, stdout, stderr } = spawnSync('npm', ['ci', '--offline', '--no-audit', '--no-fund'], {
    cwd: folder,
    encoding: 'utf8',
  });
  const seconds = (performance.now() - start) / 1000;
  if (status === 0) return { seconds };
  const [, lacks] = /\bENOTCACHED\b[^]*?request to \S*?([^/\s]+) failed/.exec(stderr) ?? [];
  if (lacks === undefined) throw new Error(`npm ci ended with ${status}:\n${stdout}${stderr}`);
  return { lacks };
}
