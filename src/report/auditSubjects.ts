import type { Audit, ClaimVerdict, JudgedClaim, VerdictRow } from '../audit/types';
import { conditionsText } from '../run/run';
import { worstOf, type Verdict } from '../judge/verdict';
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
    const bands = { name: 'bands', verdict, reason, findings: findingsOf('bands') };
    const judged = [...checks.map((check) => ({ ...check, findings: findingsOf(check.name) })), bands];
    return { name: `${file}, run from line ${firstLine}`, file, verdict: verdictOf(judged), checks: judged };
  });
  const checks = [
    ...claims.judged.map(claimCheck),
    ...claims.notFound.map(missingCheck),
    ...claimFindings(audit),
    ...unclaimedChecks(audit),
  ];
  const subject = (name: string, checks: readonly JudgedCheck[]): JudgedSubject[] =>
    checks.length === 0 ? [] : [{ name: `${file}, ${name}`, file, verdict: verdictOf(checks), checks }];
  return [
    ...ofRuns,
    ...subject('claims', checks),
    ...subject('verdict table', (audit.verdictTable?.rows ?? []).map(rowCheck)),
    ...subject('lines', unplacedCheck(audit)),
  ];
}

/** A row of the verdict table. */
function rowCheck({ line, name, unclear, cells }: VerdictRow): JudgedCheck {
  const findings = cells.flatMap(({ conditions, reported, computed, agrees }) =>
    agrees === false
      ? [
          {
            rule: 'cell',
            line,
            message: `${conditionsText(conditions)}: ${reported || 'nothing'} is reported, the rule gives ${computed || 'nothing'}`,
          },
        ]
      : [],
  );
  if (findings.length > 0) return { name, verdict: 'fail', findings };
  if (cells.every(({ agrees }) => agrees === true)) return { name, verdict: 'pass', findings };
  return {
    name,
    verdict: 'no-reference',
    reason: unclear ?? 'no rule is known for all of this row',
    findings,
  };
}

/** Lines that are neither of a run nor of anything else that is judged. */
function unplacedCheck({ document }: Audit): JudgedCheck[] {
  const lines = document.lines.filter(({ kind }) => kind === 'not understood');
  if (lines.length === 0) return [];
  const reason = `what stands in lines ${lines.map(({ line }) => line).join(', ')} cannot be placed`;
  return [{ name: 'lines that cannot be placed', verdict: 'no-reference', reason, findings: [] }];
}

const VERDICTS: Readonly<Record<ClaimVerdict, JudgedCheck['verdict']>> = {
  holds: 'pass',
  partly: 'fail',
  contradicted: 'fail',
  inconclusive: 'inconclusive',
  'cannot be judged': 'cannot be judged',
};

function claimCheck({ id, line, quote, verdict, because }: JudgedClaim): JudgedCheck {
  const name = `${id}: ${quote}`;
  const mapped = VERDICTS[verdict];
  if (mapped !== 'fail') return { name, verdict: mapped, reason: because, findings: [] };
  return { name, verdict: mapped, findings: [{ rule: verdict, line, message: because }] };
}

function missingCheck({ id, quote }: Audit['claims']['notFound'][number]): JudgedCheck {
  const reason = 'the document does not have this sentence';
  return { name: `${id}: ${quote}`, verdict: 'cannot be judged', reason, findings: [] };
}

/** What is wrong with a sentence, and is no claim's verdict. */
function claimFindings({ findings, claims }: Audit): JudgedCheck[] {
  const judgedLines = new Set(claims.judged.map(({ line }) => line));
  const rest = findings.filter(({ group, line }) => group === 'claims' && !judgedLines.has(line));
  return rest.length === 0 ? [] : [{ name: 'sentences', verdict: 'fail', findings: rest }];
}

/** Sentences, and rows of tables, that no claim stands for. */
function unclaimedChecks({ claims: { unclaimed, unclaimedRows } }: Audit): JudgedCheck[] {
  const checkOf = (what: string, lines: typeof unclaimed): JudgedCheck[] => {
    if (lines.length === 0) return [];
    const reason = `no claim stands for the ${what} of lines ${lines.map(({ line }) => line).join(', ')}`;
    return [{ name: `${what} without a claim`, verdict: 'no-reference', reason, findings: [] }];
  };
  return [...checkOf('sentences', unclaimed), ...checkOf('rows of tables', unclaimedRows)];
}

function verdictOf(checks: readonly JudgedCheck[]): Verdict {
  return worstOf(checks.map(({ verdict }) => (verdict === 'cannot be judged' ? 'pass' : verdict)));
}

/** `pass`, or `inconclusive; not judged: 3 sentences`. */
export function auditVerdictText({ verdict, unjudged }: Pick<Audit, 'verdict' | 'unjudged'>): string {
  return unjudged.length === 0 ? verdict : `${verdict}; not judged: ${unjudged.join(', ')}`;
}
