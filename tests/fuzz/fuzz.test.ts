import { mutated, Draws } from './draws';
import { SURFACES, casesOf } from './surface';

/** What takes minutes is `npm run fuzz`; this holds every hostile file of the corpus, and a few damaged ones, against the readers. */
const HERE = [
  'checkpoints',
  'resumes',
  'records',
  'ensembles',
  'specs',
  'claims',
  'images',
  'reports',
  'queue',
];
const INPUTS = 300;

test.each(HERE)('%s: every input is read, or refused with a code', async (surface) => {
  const caseAt = await casesOf(surface, 1);
  const outcomes = new Set<string>();
  for (let index = 0; index < INPUTS; index++) outcomes.add(caseAt(index).run().outcome);
  expect(outcomes.size).toBeGreaterThan(1);
  expect(outcomes).toContain('read');
});

test('the same seed makes the same files', () => {
  const whole = Buffer.from('{"a":[1,2,{"b":"c"}]}');
  const files = (seed: number): string[] =>
    Array.from({ length: 50 }, (_, i) => mutated(new Draws(seed + i), whole).toString('latin1'));
  expect(files(1)).toEqual(files(1));
  expect(new Set(files(1)).size).toBeGreaterThan(40);
});

test('the campaign knows every surface', () => {
  expect(SURFACES).toEqual(expect.arrayContaining([...HERE, 'logs', 'page', 'commands']));
});
