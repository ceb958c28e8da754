import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseRunRecord, serializeRunRecord } from '../../src/run/record';
import { parseExperiment } from '../../src/experiment/load';
import { sampleRecord } from '../run/sampleRecord';
import { refusal } from '../refusal';
import { SPEC_FOLDER, specs } from './experiments';
import { mutationsOf } from '../experiment/mutations';

const SCHEMA_FOLDER = join(SPEC_FOLDER, 'schema');

const schemas = Object.fromEntries(
  readdirSync(SCHEMA_FOLDER).map((file) => [
    file,
    JSON.parse(readFileSync(join(SCHEMA_FOLDER, file), 'utf8')) as unknown,
  ]),
);

describe.each(specs)('$name: schemas', ({ experiment, text }) => {
  describe.each([
    {
      schema: 'experiment.schema.json',
      valid: text,
      parse: (json: string) => parseExperiment(json, 'it'),
      code: 'spec-invalid',
    },
    {
      schema: 'run.schema.json',
      valid: serializeRunRecord({
        ...sampleRecord(experiment),
        init: { name: 'model.pth', sha256: 'e'.repeat(64) },
      }),
      parse: (json: string) => parseRunRecord(json, 'it'),
      code: 'record-invalid',
    },
  ])('$schema', ({ schema, valid, parse, code }) => {
    test('admits what is valid', () => {
      expect(refusal(() => parse(valid))).toBeUndefined();
    });

    test.each(mutationsOf(schemas, schema, JSON.parse(valid)))('refuses $fault', ({ document, path }) => {
      const error = refusal(() => parse(JSON.stringify(document)));
      expect([error?.code, error?.facts.where]).toEqual([code, `it, ${path}`]);
    });
  });
});
