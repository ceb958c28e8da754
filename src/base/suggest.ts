/**
 * The candidate that `word` is most likely a misspelling of, if any is near enough: less than a quarter of it edited, and no digit. `GELU` is
 * not `ReLU`, and `Conv1d` not `Conv2d`.
 */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const ranked = candidates
    .filter((candidate) => isNear(Math.abs(word.length - candidate.length), word, candidate)) // at least as many edits
    .filter((candidate) => digitsOf(word) === digitsOf(candidate))
    .map((candidate) => ({ candidate, edits: editDistance(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, edits }) => isNear(edits, word, candidate))
    .sort((a, b) => a.edits - b.edits);
  return ranked[0]?.candidate;
}

function isNear(edits: number, word: string, candidate: string): boolean {
  return edits === 0 || 4 * edits < Math.max(word.length, candidate.length);
}

function digitsOf(word: string): string {
  return word.replace(/\D/g, '');
}

/** Number of insertions, deletions and replacements that turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity;
  for (let i = 0; i <= a.length; i++) {
    for (let j = 0; j <= b.length; j++) {
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const fewest = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced);
      rows[i][j] = i + j === 0 ? 0 : fewest;
    }
  }
  return at(a.length, b.length);
}
