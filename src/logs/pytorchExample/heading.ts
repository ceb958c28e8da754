/** A line of a document that starts with `#`. */
export interface Heading {
  /** How many `#`. */
  readonly level: number;
  /** Whether it is of the form `LR = …`, whatever stands there. */
  readonly isOfRun: boolean;
  /** What stands there; missing when that is no learning rate. */
  readonly lr?: number;
}

/** Reads `## LR = 0.001` as people write it: `### lr: 1e-3`, `# Learning rate 0.001`, `## LR = 0.001 (best)`. */
export function headingOf(text: string): Heading | undefined {
  const named = RUN_HEADING.exec(text);
  if (named !== null)
    return { level: named[1].length, isOfRun: true, ...learningRateOf(named[2] ?? named[3]) };
  const marks = HEADING.exec(text);
  return marks === null ? undefined : { level: marks[1].length, isOfRun: false };
}

const HEADING = /^(#+)\s/;
const RUN_HEADING =
  /^(#+)\s*(?:lr|learning[ _-]?rate)(?:\s*[=:]\s*([^\s#:]+)|\s+(\d[\d.]*(?:e[+-]?\d+)?))(?:\s*\(.*\))?[\s#:]*$/i;

function learningRateOf(text: string): { lr?: number } {
  const lr = /^[\d.]+(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
  return lr > 0 && Number.isFinite(lr) ? { lr } : {};
}
