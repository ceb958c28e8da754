/** A name and its value in a line about the run: `# seed 1 lr 0.01`, `seed=4 lr=0.01`, `batch size: 64`. */
const PAIR =
  /([A-Za-z][\w.-]{0,60})[ \t]{0,9}(?:[=:][ \t]{0,9}|[ \t]{1,9})([+-]?(?:\d{1,60}\.?\d{0,60}|\.\d{1,60})(?:e[+-]?\d{1,9})?)(?![\w.%/-])/giy;
const WORD = /[\w.-]+/y;

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
