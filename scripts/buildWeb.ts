import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, transform, type BuildOptions, type Plugin } from 'esbuild';

/**
 * `npm run build:web`: `dist/web/index.html`, the page that judges what is dropped on it. One file that needs nothing else, whether it is opened
 * from disk or served. After `build:page` and `build:schemas`, whose files are in it.
 */
const ROOT = join(__dirname, '..');
const WEB = join(ROOT, 'src/web');

/** What judging reads of the package: texts alone. */
const PACKAGE_FILES = [
  'package.json',
  'spec',
  'golden',
  'fixtures/reported',
  'dist/report/html/page',
  'dist/commit',
];
/** Not needed for judging: schemas are compiled, and other readings of an experiment are for `assay alternatives`. */
const LEFT_OUT = /^spec\/schema\/|^golden\/[^/]+\/(?:readings|rounding)\//;

/** Modules of Node, and what a browser has in their place. */
const HOST: Readonly<Record<string, string>> = {
  'src/base/files': 'files',
  'src/base/gzip': 'gzip',
  'src/base/machine': 'machine',
  'src/base/paths': 'paths',
  'src/base/sha256': 'sha256',
  'src/base/threads': 'threads',
  'src/base/turn': 'turn',
  'src/engine/create': 'create',
};

function host(modules: Readonly<Record<string, string>>): Plugin {
  return {
    name: 'host',
    setup: (build) => {
      build.onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir }) => {
        const name = modules[join(resolveDir, path).slice(ROOT.length + 1)];
        return name === undefined ? undefined : { path: join(WEB, 'host', `${name}.ts`) };
      });
    },
  };
}

/** A module that the build makes. */
function made(name: string, loader: 'binary' | 'text', contents: () => Promise<Uint8Array | string>): Plugin {
  return {
    name,
    setup: (build) => {
      build.onResolve({ filter: new RegExp(`^${name}$`) }, () => ({ path: name, namespace: name }));
      build.onLoad({ filter: /.*/, namespace: name }, async () => ({ contents: await contents(), loader }));
    },
  };
}

const OPTIONS: BuildOptions = {
  ...{ bundle: true, minify: true, write: false, platform: 'browser', format: 'iife', target: 'es2022' },
  logLevel: 'warning',
  charset: 'utf8',
};

async function bundle(entry: string, plugins: readonly Plugin[]): Promise<string> {
  const { outputFiles = [] } = await build({
    ...OPTIONS,
    entryPoints: [join(ROOT, entry)],
    plugins: [...plugins],
  });
  return outputFiles[0].text;
}

async function builtIn(): Promise<Uint8Array> {
  const paths = PACKAGE_FILES.flatMap(filesIn).filter((path) => !LEFT_OUT.test(path));
  const texts = Object.fromEntries(
    paths.sort().map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]),
  );
  return gzipSync(JSON.stringify(texts), { level: 9 });
}

function filesIn(path: string): string[] {
  const found = statSync(join(ROOT, path), { throwIfNoEntry: false });
  if (!found?.isDirectory()) return found ? [path] : [];
  const entries = readdirSync(join(ROOT, path), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(ROOT.length + 1));
}

async function styleText(): Promise<string> {
  const own = readFileSync(join(WEB, 'style.css'), 'utf8');
  const { code } = await transform(own, { loader: 'css', minify: true });
  return readFileSync(join(ROOT, 'dist/report/html/page/style.css'), 'utf8').trim() + code.trim();
}

/** As a content security policy names it. */
function sourceOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

async function main(): Promise<void> {
  const thread = await bundle('src/engine/wasm/worker.ts', [host({ 'src/base/threads': 'thread' })]);
  const worker = await bundle('src/web/worker.ts', [
    host(HOST),
    made('built-in', 'binary', builtIn),
    made('kernels', 'binary', async () => readFileSync(join(ROOT, 'dist/engine/wasm/kernels.wasm'))),
    made('thread-code', 'text', async () => thread),
  ]);
  const page = await bundle('src/web/main.ts', [host(HOST), made('worker-code', 'text', async () => worker)]);
  // Nothing in a script ends it before its end.
  const script = page.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--');
  const style = await styleText();
  const policy = [
    "default-src 'none'",
    `style-src ${sourceOf(style)}`,
    // The worker inherits it: WebAssembly is compiled there.
    `script-src ${sourceOf(script)} 'wasm-unsafe-eval'`,
    'worker-src blob:',
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const parts: Record<string, string> = {
    '{policy}': policy,
    '<!-- style -->': `<style>${style}</style>`,
    '<!-- script -->': `<script>${script}</script>`,
  };
  const template = readFileSync(join(WEB, 'index.html'), 'utf8');
  const html = template.replace(/\{policy\}|<!-- (?:style|script) -->/g, (place) => parts[place]);
  mkdirSync(join(ROOT, 'dist/web'), { recursive: true });
  writeFileSync(join(ROOT, 'dist/web/index.html'), html);
}

void main();
