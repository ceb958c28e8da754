import { readFileSync } from 'node:fs';
import { AssayError, type ErrorCode } from './errors';
import { packagePath } from './paths';

/** Work that needs packages which npm does not install with this one. */
export interface Optional {
  /** What needs them, such as `the engine tfjs`. */
  readonly what: string;
  readonly packages: readonly string[];
  readonly code: ErrorCode;
}

/**
 * Loads code that needs optional packages.
 *
 * @throws AssayError with the code given, saying how they are installed, where one of them is missing
 */
export async function withPackages<T>(
  { what, packages, code }: Optional,
  load: () => Promise<T>,
): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    if (!packages.some((name) => isMissing(name, cause))) throw cause;
    const facts = {
      what: `${what} needs packages that are not installed`,
      expected: packages.join(', '),
      hint: `npm install ${packages.map(withRange).join(' ')}`,
    };
    throw new AssayError(code, facts, { cause });
  }
}

/** Node's error for a package, or a file of it, that is not there. */
function isMissing(name: string, error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'MODULE_NOT_FOUND' && message.startsWith(`Cannot find module '${name}`);
}

/** `bullmq@^6.7.0` */
function withRange(name: string): string {
  const { peerDependencies } = JSON.parse(readFileSync(packagePath('package.json'), 'utf8')) as {
    peerDependencies: Readonly<Record<string, string>>;
  };
  return `${name}@${peerDependencies[name]}`;
}
