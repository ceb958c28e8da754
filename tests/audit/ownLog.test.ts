import { auditReport, type Audit } from '../../src/audit';
import { readDocument } from '../../src/audit/document';
import { makeBandsAtHand } from '../../src/judge/bands';
import { ofStudy, readSource } from '../../src/logs';
import type { Run } from '../../src/run/run';
import type { Metric } from '../../src/study/types';

/** A log alone, of an own trainer, with its seed above its numbers. */
const metrics: readonly Metric[] = [
  { name: 'loss', kind: 'loss', better: 'lower', per: 'epoch', decimals: 2 },
];
const study = { conditions: [], metrics, logs: { template: 'epoch {epoch} | loss {loss}' }, level: 0.95 };

function logOf(seed: number): string {
  const losses = [1, 2, 3].map((epoch) => (1 / epoch + ((seed * 7) % 20) / 100).toFixed(2));
  return `seed ${seed}, width 64\n${losses.map((loss, i) => `epoch ${i + 1} | loss ${loss}\n`).join('')}`;
}

function runOf(seed: number): Run {
  const files = [{ name: 'log', bytes: Buffer.from(logOf(seed)) }];
  const [run] = readSource({ path: `${seed}.log`, isFolder: false, files }, { ...study, ...study.logs });
  return ofStudy(run, study);
}

const ours = Array.from({ length: 20 }, (_, seed) => runOf(seed));
const bands = makeBandsAtHand(ours, {}, study, undefined);

function audit(text: string): Audit {
  const claims = { path: 'claims.json', document: 'it', claims: [], isDefault: true };
  return auditReport(
    { path: 'own.log', bytes: Buffer.from(text) },
    { study, bands, ours, claims, command: '' },
  );
}

test('the line that states the seed is one of the run', () => {
  const { document, verdict, unjudged } = audit(logOf(25));
  expect(document.lines.map(({ kind }) => kind)).toEqual(['run', 'run', 'run', 'run']);
  expect([verdict, unjudged]).toEqual(['pass', []]);
  const [stranger] = audit(`no setting\n${logOf(25)}`).document.lines;
  expect(stranger.kind).toBe('not understood');
});

test('of one run nothing is said jointly, and of its numbers nothing that the log cannot show', () => {
  const { summary } = audit(logOf(25));
  expect(summary.slice(0, 2)).toEqual([
    "The 3 numbers in the report's logs are ones that a run can have; nothing there ties one to another.",
    expect.stringMatching(
      /^They reproduce, as far as bands can tell: the run lies in its band; 95\.2 % of new runs pass\. By the ranks of their scores among ours, p = 0\.\d+\.$/,
    ),
  ]);
  const two = audit(`${logOf(25)}\n# ${logOf(26)}`).summary.join('\n');
  expect(two).toMatch(/2 of 2 runs lie in their bands; .* of such sets of new runs pass all\..*jointly p = /);
  const outside = audit(logOf(25).replace('epoch 3 | loss 0', 'epoch 3 | loss 9')).summary.join('\n');
  expect(outside).toContain('They do not reproduce: the run does not lie in its band');
});

test('sentences that are inconclusive and those without a claim are counted apart', () => {
  const text = `## Log\n${logOf(25)}\n## Notes\nIt went well.\n`;
  const { unjudged, summary } = audit(text);
  expect(unjudged).toEqual(['1 sentence without a claim']);
  expect(summary.join('\n')).toContain(
    '0 inconclusive, 0 that no number could contradict, 1 without a claim.',
  );
});

describe('a sentence above the log', () => {
  const fenced = (text: string): string => `\`\`\`\n${text}\`\`\`\n`;
  const of = (...above: readonly string[]): Audit =>
    audit(`# Results\n${above.join('\n')}\n${fenced(logOf(25))}`);

  test.each([
    'Our model reaches 0.94 validation accuracy.',
    'We trained with seed 5 and got the best loss of 0.97.',
    'We tried 3 seeds. None failed.',
    'The learning rate of 0.1 is better than 0.01.',
    'The validation loss is 97 %.',
    'loss 0.01',
    'Accuracy: 0.99',
    'best=0.99',
    'Final result: 0.99',
  ])('is not judged, and tells no setting: %s', (sentence) => {
    const { unjudged, verdict, claims } = of(sentence);
    expect([verdict, unjudged]).toEqual(['inconclusive', ['1 sentence without a claim']]);
    expect(claims.unclaimed).toEqual([{ line: 2, text: sentence }]);
  });

  test.each(['seed 25, width 64', 'seed=25; device=cuda:0 | lr: 1e-3'])(
    'is none where it is settings alone: %s',
    (line) => {
      const { verdict, unjudged, document } = of(line);
      expect([verdict, unjudged, document.lines[1].kind]).toEqual(['pass', [], 'run']);
    },
  );

  test('in the fence of the log, words may stand beside the settings; the seed of a sentence is none of the run', () => {
    const log = fenced(`my classifier, ${logOf(25)}`);
    expect(audit(`# Results\n${log}`).verdict).toBe('pass');
    const seedOf = (text: string): number | undefined =>
      readDocument(Buffer.from(text), 'own', { ...study.logs, conditions: [] }, () => ({})).runs[0].seed;
    expect(seedOf(log)).toBe(25);
    expect(seedOf(`It is as with seed 5.\n${fenced(logOf(25).replace('seed 25, ', ''))}`)).toBeUndefined();
  });
});
