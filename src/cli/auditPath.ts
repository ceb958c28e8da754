import { auditReport, type Audit, type AuditReferences, type Source } from '../audit';
import { approvedRuns } from '../audit/approved';
import { loadClaims } from '../audit/claims/load';
import { loadRules } from '../audit/verdictRules';
import { MOST_TEXT_BYTES, readFileOrFail } from '../base/files';
import { packagePath, relative } from '../base/paths';
import { readStoredBands } from '../judge/stored/bands';
import { readStoredEnsembles } from '../judge/stored/ensembles';
import { readKeptRuns } from '../judge/stored/keptRuns';
import { readStoredSearches } from '../judge/stored/searches';
import type { SeedSearch } from '../judge/seed/search';
import type { CurveReferences } from '../report/html/curvesOf';
import { runsOfEnsemble } from '../run/recordedRun';
import type { Run } from '../run/run';
import { bandsFile } from '../study/store';
import { readForStudy } from './input';
import { shellCommand, studyWords } from './shell';
import type { OpenedStudy } from './study';

/** What `assay audit` makes of a document by a study, in a terminal and in a browser. */
export interface AuditedPath {
  readonly audit: Audit;
  /** What its charts hold its runs against. */
  readonly references: CurveReferences;
}

/**
 * Audits a document by all that its study has and keeps.
 *
 * @param claims the file of what its sentences claim, which has to fit; left out, the study's, as far as it fits
 * @param command what to type to make the audit again
 * @throws AssayError what reading any of the files throws, beside that of `auditReport`
 */
export async function auditPath(
  path: string,
  opened: OpenedStudy,
  {
    data,
    claims: given,
    command,
  }: { readonly data?: string; readonly claims?: string; readonly command: string },
): Promise<AuditedPath> {
  const { study, experiment } = opened;
  const claimsPath = given ?? study.claims;
  const bytes = await readFileOrFail(path, MOST_TEXT_BYTES);
  const rules = study.rules === undefined ? undefined : await loadRules(study.rules, study);
  const claims = claimsPath && {
    ...(await loadClaims(claimsPath, study, rules)),
    path: shownPath(claimsPath),
  };
  const dataName = data ?? experiment?.data.name;
  const bands = await readStoredBands(study, dataName);
  const { runs: ours, searches, sources } = await kept(opened, dataName);
  const approved = claims && experiment !== undefined ? await approvedRuns(study, experiment, claims) : [];
  const auditReferences: AuditReferences = {
    ...{ study, experiment, dataName, bands, rules, ours, searches },
    ...(claims && { claims: { ...claims, isDefault: given === undefined } }),
    approved: approved.map(({ record }) => record),
    command,
    sources: [
      ...(study.experiment === undefined ? [] : [await sourceOf('experiment', study.experiment)]),
      ...(claimsPath === undefined ? [] : [await sourceOf('claims', claimsPath)]),
      ...(study.rules === undefined ? [] : [await sourceOf('rules', study.rules)]),
      ...(bands === undefined ? [] : [await sourceOf('bands', bandsFile(study, dataName))]),
      ...(await Promise.all(approved.map(({ path }) => sourceOf('approved run', path)))),
      ...sources,
    ],
  };
  const document = { path, isFolder: false, files: [{ name: path, bytes }] };
  const audit = readForStudy(document, study, () => auditReport({ path, bytes }, auditReferences));
  return { audit, references: { study, experiment, bands, ours } };
}

/** What to type for an audit, as it was asked for. */
export function auditCommand({
  document,
  study,
  data,
  claims,
}: Readonly<Partial<Record<'document' | 'study' | 'data' | 'claims', string>>>): string {
  return shellCommand([
    ...['npx', 'assay', 'audit', ...(document === undefined ? [] : [document]), ...studyWords(study)],
    ...(data === undefined ? [] : ['--data', data]),
    ...(claims === undefined ? [] : ['--claims', claims]),
  ]);
}

/** What a study keeps: our runs of it, and searches for seeds, with the files that they are from. */
async function kept(
  { study, experiment }: OpenedStudy,
  dataName: string | undefined,
): Promise<{ runs: Run[]; searches: SeedSearch[]; sources: (Source & { readonly what: string })[] }> {
  if (experiment === undefined || dataName === undefined) {
    const found = await readKeptRuns(study);
    return {
      runs: [...(found?.runs ?? [])],
      searches: [],
      sources: found ? [{ what: 'our runs', path: shownPath(found.path), bytes: found.bytes }] : [],
    };
  }
  const ensembles = await readStoredEnsembles(study, experiment, dataName);
  const searches = await readStoredSearches(study, experiment, dataName);
  return {
    runs: ensembles.flatMap((ensemble) => runsOfEnsemble(ensemble, experiment.training, ensemble.path)),
    searches,
    sources: [
      ...ensembles.map(({ path, bytes }) => ({ what: 'our runs', path: shownPath(path), bytes })),
      ...searches.map(({ path, bytes }) => ({ what: 'search for seeds', path: shownPath(path), bytes })),
    ],
  };
}

async function sourceOf(what: string, path: string): Promise<Source & { readonly what: string }> {
  return { what, path: shownPath(path), bytes: await readFileOrFail(path) };
}

/** Files of this package by their place in it, so that an audit is the same wherever it is installed. */
function shownPath(path: string): string {
  const inPackage = relative(packagePath(), path);
  return inPackage.startsWith('..') ? path : inPackage;
}
