import { AssayError } from '../../base/errors';
import { readTextOrFail } from '../../base/files';
import { parseClaims, type ClaimsFile } from './claim';
import { judgedNumbers, numbersIn } from './sentence';

/**
 * Claims from their file.
 *
 * @throws AssayError `file-not-found`, `file-unreadable`, `json-syntax`, `claims-invalid`, the last also where a predicate judges a
 *   number that its quote does not have.
 */
export async function loadClaims(path: string): Promise<ClaimsFile> {
  const file = parseClaims(await readTextOrFail(path), path);
  for (const claim of file.claims) {
    const quoted = numbersIn(claim.quote);
    const missing = judgedNumbers(claim).find((number) => !quoted.includes(number));
    if (missing === undefined) continue;
    throw new AssayError('claims-invalid', {
      what: 'a predicate judges a number that the quote does not have',
      where: `${path}, claim ${claim.id}`,
      expected: quoted.join(', ') || 'no number',
      got: missing,
    });
  }
  return file;
}
