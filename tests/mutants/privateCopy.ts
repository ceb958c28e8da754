import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { type Fault, faulty } from './fault';

const ASSEMBLY = 'src/engine/wasm/assembly/';
const KERNELS = 'dist/engine/wasm/kernels.wasm';
const NATIVE = 'src/engine/native/';
const ADDON = 'dist/engine/native/native.node';
/** Its files are imported by tests, and most are part of a page's script. */
const PAGES = 'src/report/html/';
const PAGE = 'dist/report/html/page/';

const WEB = ['index.html', 'again.html', 'again.css', 'again.js'].map((name) => `dist/web/${name}`);

/** A copy of the work tree in which faults are made, so that nobody else ever sees one. */
export class PrivateCopy {
  private constructor(readonly root: string) {}

  /** Copies all files that git knows or would add, and builds them. */
  static async make(source: string): Promise<PrivateCopy> {
    const root = mkdtempSync(join(tmpdir(), 'assay-mutants-'));
    const copy = new PrivateCopy(root);
    try {
      const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
      const files = execFileSync('git', list, { cwd: source, encoding: 'utf8' }).split('\0').filter(Boolean);
      for (const file of files) {
        if (!existsSync(join(source, file))) continue; // deleted, and not committed yet
        await mkdir(dirname(join(root, file)), { recursive: true });
        await cp(join(source, file), join(root, file));
      }
      await symlink(join(source, 'node_modules'), join(root, 'node_modules'));
      copy.npm('build');
      return copy;
    } catch (error) {
      await copy.remove();
      throw error;
    }
  }

  /**
   * Makes the fault, builds what it changes, and takes it back after `use`.
   *
   * @throws Error when the faulty code does not compile: a compiler, not a test, would have found the fault.
   */
  async with<T>(fault: Fault, use: () => Promise<T>): Promise<T> {
    const built = builtFrom(fault.file);
    const paths = [fault.file, ...built].map((path) => join(this.root, path));
    const originals = await Promise.all(paths.map((path) => readFile(path)));
    try {
      const text = faulty(fault, originals[0].toString('utf8'));
      if (text === undefined) throw new Error('what it replaces does not stand there exactly once');
      await writeFile(paths[0], text);
      const first = built.at(0);
      if (first === KERNELS) this.npm('build:wasm');
      else if (first === ADDON) this.npm('build:native');
      else if (built === WEB) this.npm('build:web');
      else if (first?.startsWith(PAGE)) this.npm('build:page');
      else if (first !== undefined) await writeFile(paths[1], transpiled(text));
      return await use();
    } finally {
      await Promise.all(paths.map((path, i) => writeFile(path, originals[i])));
    }
  }

  async remove(): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }

  private npm(script: string): void {
    execFileSync('npm', ['run', '--silent', script], { cwd: this.root, stdio: ['ignore', 'ignore', 'pipe'] });
  }
}

/** Tests import sources, but the worker threads, the kernels, and style and script of pages come from dist. */
function builtFrom(file: string): readonly string[] {
  if (file.startsWith(ASSEMBLY)) return [KERNELS];
  if (file.startsWith(NATIVE) && /\.(cc|h)$/.test(file)) return [ADDON];
  if (file.startsWith(PAGES)) return [`${PAGE}${file.endsWith('.css') ? 'style.css' : 'main.js'}`];
  if (file.startsWith('src/web/')) return WEB;
  if (file.startsWith('src/') && file.endsWith('.ts')) return [file.replace(/^src(.*)\.ts$/, 'dist$1.js')];
  return [];
}

function transpiled(text: string): string {
  const { ES2022 } = ts.ScriptTarget;
  const compilerOptions = { target: ES2022, module: ts.ModuleKind.CommonJS, esModuleInterop: true };
  return ts.transpileModule(text, { compilerOptions }).outputText;
}
