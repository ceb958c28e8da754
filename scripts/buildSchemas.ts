import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Ajv2020, { type AnySchemaObject, type Options } from 'ajv/dist/2020';
import standaloneCode from 'ajv/dist/standalone';
import { buildSync } from 'esbuild';

/**
 * Compiles `spec/schema` to code, once: what the browser's content security policy forbids, and Node need not do at every start. `src` and
 * `dist` get the same file; what was built from the same schemas is left as it is. Its types are in `src/base/validators.d.ts`.
 */
const ROOT = join(__dirname, '..');
const SCHEMAS = join(ROOT, 'spec/schema');
const BUILT = ['src/base/validators.js', 'dist/base/validators.js'].map((path) => join(ROOT, path));

/** A study is written by hand: all of its faults are said at once. */
const WITH_ALL_FAULTS = ['study'];

const OPTIONS: Options = {
  strict: true,
  allowUnionTypes: true, // a condition is a number or a text
  verbose: true,
  discriminator: true,
  code: { source: true },
};

export function buildSchemas(): void {
  const names = readdirSync(SCHEMAS)
    .sort()
    .map((file) => file.replace('.schema.json', ''));
  const texts = names.map((name) => readFileSync(join(SCHEMAS, `${name}.schema.json`), 'utf8'));
  const sources = [...texts, readFileSync(__filename, 'utf8'), ajvVersion()];
  const stamp = `// SHA-256 of its sources: ${createHash('sha256').update(sources.join('\n')).digest('hex')}\n`;
  if (BUILT.every((path) => existsSync(path) && readFileSync(path, 'utf8').startsWith(stamp))) return;
  const documents = Object.fromEntries(
    names.map((name, i) => [name, JSON.parse(texts[i]) as AnySchemaObject] as const),
  );
  const code = stamp + bundled(documents);
  for (const path of BUILT) writeWhole(path, code);
}

function ajvVersion(): string {
  return readFileSync(require.resolve('ajv/package.json'), 'utf8');
}

function bundled(documents: Readonly<Record<string, AnySchemaObject>>): string {
  const [withAll, withFirst] = [true, false].map((allErrors) => {
    const names = Object.keys(documents).filter((name) => WITH_ALL_FAULTS.includes(name) === allErrors);
    const schemas = Object.fromEntries(names.map((name) => [name, documents[name]]));
    const ajv = new Ajv2020({ ...OPTIONS, allErrors, schemas });
    return standaloneCode(ajv, Object.fromEntries(names.map((name) => [name, name])));
  });
  const contents = `
    exports.validators = { ...${asExpression(withFirst)}, ...${asExpression(withAll)} };
    exports.documents = ${JSON.stringify(documents)};`;
  const { outputFiles } = buildSync({
    stdin: { contents, resolveDir: ROOT },
    ...{ bundle: true, minify: true, write: false, format: 'cjs', platform: 'neutral', target: 'es2022' },
  });
  return outputFiles[0].text;
}

/** What a module exports. */
function asExpression(module: string): string {
  return `(() => { const module = { exports: {} }; const { exports } = module; ${module}; return module.exports; })()`;
}

/** Processes that test at the same time read it whole. */
function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.${process.pid}`, text);
  renameSync(`${path}.${process.pid}`, path);
}

if (require.main === module) buildSchemas();
