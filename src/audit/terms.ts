import type { Guess } from '../judge/collapse';
import type { StudyTerms } from './types';
import type { VerdictRules } from './verdictRules';

/** What claims and cells of a verdict table are judged by, beside the numbers of runs. */
export interface JudgingTerms extends StudyTerms {
  /** Missing where the study does not say what a guess is: then no run is taken for one that collapsed. */
  readonly guess?: Guess;
  /** Missing where the study has none. */
  readonly rules?: VerdictRules;
}
