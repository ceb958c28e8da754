import type { ErrorObject } from 'ajv';

/** What `scripts/buildSchemas.ts` makes of `spec/schema`, by the name of the schema. */

export interface Validator {
  (value: unknown): boolean;
  /** Of the last value; with the place in the schema that was not met. */
  readonly errors?: readonly ErrorObject[] | null;
}

export const validators: Readonly<Record<string, Validator>>;

export const documents: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
