import { metricOf } from '../survey/metrics';

/** A name and its value in a line about the run: `# seed 1 lr 0.01`, `seed=4 lr=0.01`, `batch size: 64`. */
const PAIR =
  /([A-Za-z][\w.-]{0,60})[ \t]{0,9}(?:[=:][ \t]{0,9}|[ \t]{1,9})([+-]?(?:\d{1,60}\.?\d{0,60}|\.\d{1,60})(?:e[+-]?\d{1,9})?)(?![\w.%/-])/giy;
const WORD = /[\w.-]+/y;
/** `device=cuda:0`: a setting whose value is no number. */
const TEXT_PAIR = /([A-Za-z][\w.-]{0,60})=[^\s,;|]{1,200}/y;

/** The settings that a header line tells: words with numbers behind them. */
export function settingsInLine(line: string): [name: string, text: string][] {
  const settings: [string, string][] = [];
  for (let at = 0; at < line.length;) {
    PAIR.lastIndex = WORD.lastIndex = at;
    const pair = PAIR.exec(line);
    const word = WORD.exec(line);
    if (pair !== null) settings.push([pair[1], pair[2]]);
    at += pair?.[0].length ?? word?.[0].length ?? 1;
  }
  return settings;
}

/**
 * Whether a line is nothing but settings, `seed=1, lr 0.01`. A sentence has other words, or a name that is a result's:
 * `val_acc 0.97` claims something.
 */
export function isSettingsAlone(line: string): boolean {
  for (let at = 0; at < line.length;) {
    PAIR.lastIndex = TEXT_PAIR.lastIndex = at;
    const pair = PAIR.exec(line) ?? TEXT_PAIR.exec(line);
    if (pair === null) {
      if (!/[\s,;|#]/.test(line[at])) return false;
      at++;
    } else if (isOfResult(pair[1])) return false;
    else at += pair[0].length;
  }
  return true;
}

function isOfResult(name: string): boolean {
  return /result|best|final/i.test(name) || metricOf(name, []) !== undefined;
}
