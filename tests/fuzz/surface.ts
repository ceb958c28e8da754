import { AssayError } from '../../src/base/errors';
import { commandCases } from './commands';
import { Draws, mutated } from './draws';
import { READERS, type Reader } from './readers';

/** One input, and what is done with it. */
export interface Case {
  readonly name: string;
  /** Throws where something is wrong with us. */
  readonly run: () => { readonly bytes: number; readonly outcome: string };
}

export const SURFACES: readonly string[] = [...Object.keys(READERS), 'commands'];

/** The case of this number: first those of the corpus, then files with faults, without an end. */
export async function casesOf(surface: string, seed: number): Promise<(index: number) => Case> {
  if (surface === 'commands') return commandCases(seed);
  const reader = READERS[surface]();
  return (index) => {
    const hostile = reader.corpus[index];
    if (hostile !== undefined) return caseOf(hostile.name, hostile.make, reader);
    const draws = new Draws(seed + index);
    return caseOf(`seed ${seed + index}`, () => mutated(draws, draws.of(reader.whole)), reader);
  };
}

function caseOf(name: string, make: () => Buffer, { read }: Reader): Case {
  return {
    name,
    run: () => {
      const bytes = make();
      return { bytes: bytes.length, outcome: outcomeOf(() => read(bytes)) };
    },
  };
}

function outcomeOf(read: () => unknown): string {
  try {
    read();
    return 'read';
  } catch (error) {
    if (error instanceof AssayError) return error.code;
    throw error;
  }
}
