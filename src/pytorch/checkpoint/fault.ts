import { AssayError } from '../../base/errors';

/** What is wrong at a place of a checkpoint's bytes. */
export interface Fault {
  readonly what: string;
  readonly expected?: string;
  readonly got?: string;
  readonly hint?: string;
}

/** The bytes are not what the format asks for: damaged, or made to be. */
export function invalid(where: string, fault: Fault): AssayError {
  return new AssayError('checkpoint-invalid', { ...fault, where });
}

/** The bytes may well be in order, but say something that is not done here. */
export function refused(where: string, fault: Fault): AssayError {
  return new AssayError('checkpoint-refused', { ...fault, where });
}

const LONGEST_NAME = 80;

/** A name from a file, which may be anything: in quotes, without what would steer a terminal, and not too long. */
export function quoted(name: string): string {
  const text = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
  return JSON.stringify(text).replace(/[^\x20-\x7e…]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

const MOST_LENGTHS = 8;

/** A shape from a file, which may have any number of dimensions. */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.slice(0, MOST_LENGTHS).join(', ')}${shape.length > MOST_LENGTHS ? ', …' : ''}]`;
}
