import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseExperiment } from '../../src/experiment/load';
import { layersOf, parametersOf, type Parameter } from '../../src/experiment/model';
import type { Experiment, Layer } from '../../src/experiment/types';
import { runsOfText } from '../../src/logs/pytorchExample';
import type { Run } from '../../src/run/run';
import type { Study } from '../../src/study/types';

export const SPEC_FOLDER = join(__dirname, '../../spec');

/** What the executable specs of an experiment are made from: nothing but its JSON file, and its report where it has one. */
export interface SpecCase {
  readonly name: string;
  readonly text: string;
  readonly experiment: Experiment;
  readonly layers: readonly Layer[];
  readonly parameters: readonly Parameter[];
  readonly conditions: Study['conditions'];
  readonly reportText: string;
  /** That the report shows. */
  readonly reported: readonly Run[];
}

/** The experiment of each study in `spec/`: a new folder there has its executable specs at once. */
export const specs: readonly SpecCase[] = readdirSync(SPEC_FOLDER)
  .map((study) => join(SPEC_FOLDER, study, 'experiment.json'))
  .filter((path) => existsSync(path))
  .map((path) => {
    const text = readFileSync(path, 'utf8');
    const experiment = parseExperiment(text, path);
    const study = readFileSync(join(dirname(path), 'study.json'), 'utf8');
    const { conditions } = JSON.parse(study) as Pick<Study, 'conditions'>;
    const layers = layersOf(experiment.model, experiment.data.inputShape);
    const reportText = experiment.report
      ? readFileSync(join(dirname(path), experiment.report.file), 'utf8')
      : '';
    const { batchSize } = experiment.training;
    const reported = experiment.report
      ? runsOfText(reportText, experiment.report.file, { conditions, batchSize })
      : [];
    const parameters = parametersOf(layers);
    return { name: experiment.name, text, experiment, layers, parameters, conditions, reportText, reported };
  });

/** What the study of the first report keeps. */
export const STORE = { golden: join(__dirname, '../../golden/lr-experiment') };

export const digitClassifier = specs.find(({ name }) => name === 'digit-classifier') as SpecCase;
