import { searchedSeeds } from '../../src/audit/searchedSeeds';
import { parseSeedSearch, sha256OfLosses, type SeedSearch } from '../../src/judge/seed/search';
import { readStoredSearches } from '../../src/judge/stored/searches';
import { refusal } from '../refusal';
import { runsIn, STUDY } from '../judge/ourStudy';
import { digitClassifier, STORE } from '../spec/experiments';
import { REPORT } from './judgedDocument';

let searches: SeedSearch[];
beforeAll(async () => {
  searches = await readStoredSearches(STORE, digitClassifier.experiment, 'MNIST');
});

test('the seeds of the report were looked for in both streams, and not found', () => {
  const said = searchedSeeds(runsIn(REPORT), STUDY, searches);
  expect(said.map(({ what }) => what)).toEqual([
    "no seed from 0 to 99999 that is shown to be the seed of a run, in PyTorch's stream torch-mkl",
    "no seed from 0 to 99999 that is shown to be the seed of a run, in PyTorch's stream torch",
  ]);
  expect(said[1].because).toMatch(
    /^14, 4 and 8 of those could print the first losses \(11, 4\.2 and 11 are expected/,
  );
  expect(said.map(({ lines }) => lines)).toEqual([
    [18, 118, 217],
    [18, 118, 217],
  ]);
});

test('of a run with another loss, nothing is known', () => {
  const [, second, third] = runsIn(REPORT);
  const changed = runsIn(REPORT.replace('Loss: 2.306080', 'Loss: 2.306081'));
  expect(searchedSeeds(changed, STUDY, searches)[1].because).toMatch(/^4 and 8 of those/);
  expect(searchedSeeds([third, second], STUDY, searches)[1].because).toMatch(/^8 and 4 of those/);
  expect(searchedSeeds(changed.slice(0, 1), STUDY, searches)).toEqual([]);
});

test('a seed that was found is said, with what speaks for it', () => {
  const runs = runsIn(REPORT);
  const resemblance = { n: 19, r: 0.9041, p: 7.1e-9 };
  const candidate = { seed: 31, loss: 2.30608, distance: 0, resemblance };
  const [search] = searches;
  const [first, ...others] = search.runs;
  const found = {
    ...first,
    lossesSha256: sha256OfLosses(runs[0].series.loss),
    candidates: [candidate],
    found: 31,
  };
  const [it, rest] = searchedSeeds(runs, STUDY, [{ ...search, runs: [found, ...others] }]);
  expect(it).toEqual({
    what: "the seed 31, in PyTorch's stream torch-mkl",
    because: expect.stringMatching(/^1 of the seeds .* 2\.306080, .* r = 0\.904 over 19 losses/) as string,
    lines: [18],
  });
  expect(rest.because).toMatch(/^1 and 7 of those/);
});

test('what is no search is refused', () => {
  const { runs, ...rest } = searches[0];
  const broken = { ...rest, runs: runs.map(({ conditions, ...run }) => ({ ...run, settings: conditions })) };
  expect(refusal(() => parseSeedSearch(JSON.stringify(broken), 'it'))?.code).toBe('golden-invalid');
});
