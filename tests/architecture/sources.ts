import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import * as ts from 'typescript';

export const ROOT = resolve(__dirname, '../..');

/** A TypeScript file of `src`, and the files of the project that it imports; as paths from `src`, without `.ts`. */
export interface SourceFile {
  readonly path: string;
  readonly imports: readonly string[];
  /** Those of the imports that are left when types are erased. */
  readonly runtimeImports: readonly string[];
}

/** All TypeScript files of `src`; AssemblyScript's are not TypeScript. */
export function sourceFiles(): SourceFile[] {
  const paths = filesBelow(join(ROOT, 'src')).filter(
    (path) => path.endsWith('.ts') && !path.startsWith('engine/wasm/assembly/'),
  );
  return paths.map((path) => {
    const text = readFileSync(join(ROOT, 'src', path), 'utf8');
    return {
      path: path.replace(/\.ts$/, ''),
      imports: importsOf(path, text),
      runtimeImports: importsOf(path, eraseTypes(text)),
    };
  });
}

/** Files below a folder, as paths from it. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort();
}

/** Every file that a file takes something from: `import`, `export … from`, `import()`, `require()`, `import type`. */
export function importsOf(path: string, text: string): string[] {
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => join(dirname(path), fileName).replaceAll('\\', '/').replace(/\.js$/, ''));
}

function eraseTypes(text: string): string {
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  return ts.transpileModule(text, { compilerOptions }).outputText;
}

/** The first circle found through each file that is on one, as `a → b → a`. */
export function importCircles(sources: readonly SourceFile[]): string[] {
  const imports = new Map(sources.map(({ path, runtimeImports }) => [path, runtimeImports]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) circles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
    if (done.has(path)) return;
    done.add(path);
    for (const target of imports.get(path) ?? []) visit(target, [...trail, path]);
  };
  for (const path of imports.keys()) visit(path, []);
  return circles;
}
