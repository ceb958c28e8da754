import { readPackageText } from '../../base/files';
import { serializeRunRecord, type RunRecord } from '../../run/record';
import type { Experiment } from '../../experiment/types';
import { CARRIED_ID, type Carried } from './carried';
import { Html, html } from './markup';
import { jsonElement, type Program, type Section } from './page';

/** Trains runs again on a page: the script and the style that `npm run build:web` makes. */
export function againProgram(): Program {
  return { script: builtFile('again.js'), style: builtFile('again.css') };
}

/** Of the records of a page, as text: with its program and its charts it is smaller than 2 MB. */
const MOST_CARRIED = 640_000;

interface Run {
  readonly record: RunRecord;
  /** Relative to the page's folder. */
  readonly folder: string;
  readonly title: string;
}

/** The section that {@link againProgram} makes work, with as many of the runs as there is room for. */
export function againSection({ sha256: _, ...document }: Experiment, runs: readonly Run[]): Section {
  let length = 0;
  const files = runs.map(({ record, ...run }) => {
    const text = serializeRunRecord(record);
    length += text.length;
    return {
      ...run,
      path: `${run.folder}/run.json`,
      text,
      data: record.data.name,
      fits: length <= MOST_CARRIED,
    };
  });
  const fitting = files.filter(({ fits }) => fits);
  const carried: Carried = {
    files: [
      { path: 'experiment.json', text: JSON.stringify(document) },
      ...fitting.map(({ path, text }) => ({ path, text })),
    ],
    runs: fitting.map(({ path, title, data }) => ({ path, title, data })),
  };
  const body = html`${new Html(builtFile('again.html'))}${leftOut(files.slice(fitting.length))}${jsonElement(CARRIED_ID, carried)}`;
  return { id: 'again', title: 'Run it again here', body };
}

function leftOut(files: readonly { readonly title: string; readonly path: string }[]): Html | undefined {
  if (files.length === 0) return undefined;
  return html`<p>
    The page has no room for: ${files.map(({ title, path }) => `${title} (${path})`).join(', ')}. Drop the
    file on the page of <code>npx assay serve</code>, with the experiment’s.
  </p>`;
}

function builtFile(name: string): string {
  return readPackageText('dist/web', name).trim();
}
