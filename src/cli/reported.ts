import { sha256Of } from '../base/sha256';
import { AssayError } from '../base/errors';
import { ofStudy, readSettings, readSource } from '../logs';
import { openSource } from '../logs/source';
import type { Run } from '../run/run';
import type { OpenedStudy } from './study';

/**
 * The runs of the report that a study names; none when it names none, or one without runs.
 *
 * @throws AssayError `file-not-found`, `file-unreadable`; `spec-invalid` when the file is not the one whose digest the experiment holds
 */
export async function reportedRuns({ study, experiment }: Required<OpenedStudy>): Promise<readonly Run[]> {
  if (study.report === undefined) return [];
  const source = await openSource(study.report);
  const sha256 = sha256Of(source.files[0].bytes);
  if (experiment.report !== undefined && sha256 !== experiment.report.sha256) {
    throw new AssayError('spec-invalid', {
      what: 'the report is not the one that the experiment was made from',
      where: `${study.experiment}, report.sha256`,
      expected: experiment.report.sha256,
      got: `${sha256}, of ${study.report}`,
    });
  }
  try {
    const settings = readSettings(study, experiment.training.batchSize);
    return readSource(source, settings).map((run) => ofStudy(run, study));
  } catch (error) {
    if (error instanceof AssayError && error.code === 'log-syntax') return [];
    throw error;
  }
}
