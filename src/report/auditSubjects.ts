import type { Audit, ClaimVerdict, JudgedClaim } from '../judge/audit/types';
import type { Verdict } from '../judge/verdict';
import type { JudgedCheck, JudgedFinding, JudgedSubject } from './judged';

/**
 * An audit as the renderers of judgements take it: a subject for each run, and one whose checks are the claims. Whatever keeps the audit
 * from passing is a check that fails; a claim that cannot be judged is none.
 */
export function subjectsOfAudit(audit: Audit): JudgedSubject[] {
  const { document, runs, reproduction, claims } = audit;
  const file = document.path;
  const ofRuns = runs.map(({ firstLine, checks }, index): JudgedSubject => {
    const end = runs[index + 1]?.firstLine ?? Infinity;
    const findingsOf = (...groups: string[]): JudgedFinding[] =>
      audit.findings.filter(({ group, line }) => groups.includes(group) && line >= firstLine && line < end);
    const { verdict, reason } = reproduction.runs[index];
    const bands = { name: 'bands', verdict, reason, findings: findingsOf('bands', 'losses') };
    const judged = [...checks.map((check) => ({ ...check, findings: findingsOf(check.name) })), bands];
    return { name: `${file}, run from line ${firstLine}`, file, verdict: worstOf(judged), checks: judged };
  });
  const checks = [
    ...claims.judged.map(claimCheck),
    ...claims.notFound.map(missingCheck),
    ...claimFindings(audit),
  ];
  if (checks.length === 0) return ofRuns;
  return [...ofRuns, { name: `${file}, claims`, file, verdict: worstOf(checks), checks }];
}

const VERDICTS: Readonly<Record<ClaimVerdict, Verdict>> = {
  holds: 'pass',
  partly: 'fail',
  contradicted: 'fail',
  inconclusive: 'inconclusive',
  'cannot be judged': 'inconclusive',
};

function claimCheck({ id, line, quote, verdict, because }: JudgedClaim): JudgedCheck {
  const name = `${id}: ${quote}`;
  const mapped = VERDICTS[verdict];
  if (mapped !== 'fail') return { name, verdict: mapped, reason: because, findings: [] };
  return { name, verdict: mapped, findings: [{ rule: verdict, line, message: because }] };
}

function missingCheck({ id, quote }: Audit['claims']['notFound'][number]): JudgedCheck {
  const reason = 'the document does not have this sentence';
  return { name: `${id}: ${quote}`, verdict: 'no-reference', reason, findings: [] };
}

/** What is wrong with a sentence, and is no claim's verdict. */
function claimFindings({ findings, claims }: Audit): JudgedCheck[] {
  const judgedLines = new Set(claims.judged.map(({ line }) => line));
  const rest = findings.filter(({ group, line }) => group === 'claims' && !judgedLines.has(line));
  return rest.length === 0 ? [] : [{ name: 'sentences', verdict: 'fail', findings: rest }];
}

function worstOf(checks: readonly JudgedCheck[]): Verdict {
  const verdicts = checks.map(({ verdict }) => verdict);
  if (verdicts.includes('fail')) return 'fail';
  return verdicts.includes('pass') ? 'pass' : (verdicts[0] ?? 'no-reference');
}
