import pico from 'picocolors';
import { auditReport, type Audit } from '../../src/audit';
import type { Predicate } from '../../src/audit/claims/claim';
import { auditHtml } from '../../src/report/html/audit';
import { auditMarkdown } from '../../src/report/markdown/audit';
import { auditText } from '../../src/report/text/audit';
import type { Metric } from '../../src/study/types';
import { runsIn, STUDY } from '../judge/ourStudy';
import { REPORT } from './judgedDocument';

/** A report of a study with names of its own, in which runs differ by nothing, and that another trainer made. */
const NAMES: Readonly<Record<string, string>> = { loss: 'nats', 'test loss': 'val nats', accuracy: 'hits' };
const metrics = STUDY.metrics.map((metric): Metric => ({
  ...metric,
  name: NAMES[metric.name],
  from: metric.name,
}));
const study = { conditions: [], metrics, logs: { format: 'pytorch-example' } };

const [, first] = /^## LR = 0\.0001\n([^]*?)^## LR/m.exec(REPORT)!;
const TEXT = `# A report\n${first.replace(/[Ll]earning rate|LR|lr|[Aa]ccuracy(?!: )/g, 'hits')}`;
const ours = runsIn(REPORT).map((run, seed) => ({
  ...run,
  ...{ seed, conditions: {}, stated: {} },
  series: Object.fromEntries(metrics.map(({ name, from = '' }) => [name, run.series[from]])),
}));

function audit(...predicates: readonly Predicate[]): Audit {
  return auditOf(TEXT, 'Just needs more time!', predicates);
}

function auditOf(text: string, quote: string, predicates: readonly Predicate[]): Audit {
  const claims = [{ id: 'it', conditions: {}, quote, reading: 'so', predicates }];
  return auditReport(
    { path: 'report.txt', bytes: Buffer.from(text) },
    { study, ours, command: '', claims: { path: 'claims.json', document: 'it', claims, isDefault: true } },
  );
}

test('every number is judged by the names of the study', () => {
  const { numbers, document, runs } = audit();
  expect([...new Set(numbers.map(({ metric }) => metric))]).toEqual(['nats', 'val nats', 'hits']);
  expect(numbers).toHaveLength(66);
  expect(document.accounting['not understood']).toBe(0);
  expect(runs.map(({ conditions, unstated }) => [conditions, unstated])).toEqual([[{}, []]]);
});

test('sentences are judged, and counted over runs that have no other name than their seed', () => {
  const { claims, seeds } = audit(
    { predicate: 'best-last', metric: 'hits' },
    { predicate: 'at-most', metric: 'val nats', bound: 0.05 },
    { predicate: 'extreme', metric: 'hits', extreme: 'smallest' },
  );
  const [{ parts, verdict }] = claims.judged;
  expect(parts.map(({ proposition, verdict, seeds }) => [proposition, verdict, seeds?.holds])).toEqual([
    ['no epoch has a better hits than the last', 'holds', 2],
    ['the final val nats is 0.05 at most', 'holds', 2],
    ['no other run has a smaller final hits', 'cannot be judged', 0],
  ]);
  expect(verdict).toBe('inconclusive');
  expect(seeds).toEqual({ of: 3, level: 0.95, settings: [{}] });
});

test('a row of a table is judged by a claim that quotes it, and else is not judged and said to be', () => {
  const rows = ['| epoch | hits |', '|---|---|', '| 4 | 98.38 % |', '| 5 | 98.57 % |'];
  const last: Predicate = { predicate: 'value', metric: 'hits', epoch: 5, number: '98.57' };
  const { claims, unjudged } = auditOf(`${TEXT}\n${rows.join('\n')}\n`, rows[3], [last]);
  expect(claims.judged.map(({ quote, verdict }) => [quote, verdict])).toEqual([[rows[3], 'holds']]);
  expect(claims.unclaimedRows.map(({ text }) => text)).toEqual([rows[2]]);
  expect(unjudged).toContain('1 row of tables');
});

test('where there are no conditions, none are said', () => {
  const longer = { metric: 'hits', value: 99, epochs: { from: 20, to: 30 } };
  const [{ because }] = audit({ predicate: 'longer', ...longer }).claims.judged;
  expect(because).toBe('we have no runs of 30 epochs');
});

test('no rendering has a word of another study, or a hole', () => {
  const judged = audit({ predicate: 'best-last', metric: 'hits' });
  const page = auditHtml(judged, { study, ours }).replace(/<(style|script)\b[^]*?<\/\1>/g, '');
  for (const text of [auditText(judged, pico.createColors(false)), auditMarkdown(judged), page]) {
    expect(text).toContain('hits');
    const own = text
      .split('\n')
      .filter((line) => !TEXT.includes(line.trim().replace(/^.*<span class="text">|<\/span>.*$/g, '')))
      .join('\n');
    expect(own).not.toMatch(/\blr\b|learning rate|accuracy|test loss|undefined|NaN|\[object/i);
  }
  expect(page).toContain('id="chart-val-nats"');
});
