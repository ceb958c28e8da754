/** Commands as a shell takes them, for people to type again. */

/** Words as a shell takes them. */
export function shellCommand(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}

/** The words that name a study again. */
export function studyWords(named: string | undefined): string[] {
  return named === undefined ? [] : ['--study', named];
}
