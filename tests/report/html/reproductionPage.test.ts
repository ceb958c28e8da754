import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeAtGate } from '../../../src/judge/gate';
import type { Carried } from '../../../src/report/html/carried';
import { parseRunRecord } from '../../../src/run/record';
import { sameConditions } from '../../../src/run/run';
import { reproductionHtml, type Reproduction } from '../../../src/report/html/reproduction';
import { REPORT } from '../../audit/judgedDocument';
import { runsIn } from '../../judge/ourStudy';
import { sampleAudit } from '../sampleAudit';
import { Chromium, accessibilityViolations, chromiumIsFound } from './browser';

const ROOT = join(__dirname, '../../..');

/** The approved runs, as if they had been trained now. */
function goldensReproduced(data: 'mnist' | 'synthetic'): Reproduction {
  const { study, experiment, bands, ours } = sampleAudit();
  const report = data === 'mnist' ? runsIn(REPORT) : [];
  const records = experiment.training.lrs.map((lr) => {
    const path = join(ROOT, `golden/lr-experiment/runs/digit-classifier/${data}-lr${lr}-full/run.json`);
    return parseRunRecord(readFileSync(path, 'utf8'), path);
  });
  const references = { study, experiment, bands, rounding: undefined };
  return {
    ...{ study, experiment, bands, ours },
    ...{ seed: 1, data: records[0].data, version: '0.1.0', command: `npx assay reproduce --data ${data}` },
    runs: records.map((record) => {
      const judgement = judgeAtGate(record, record, references, 'bits');
      return {
        judgement,
        reported: report.find(({ conditions }) => sameConditions(conditions, judgement.run.conditions)),
        folder: `lr${record.lr}`,
        verifyCommand: `npx assay verify runs/mine/lr${record.lr}`,
      };
    }),
  };
}

describe('the text of the page', () => {
  test('is the same for the same runs, and light', async () => {
    const [one, two] = [goldensReproduced('mnist'), goldensReproduced('mnist')].map(reproductionHtml);
    expect(one).toBe(two);
    expect(Buffer.byteLength(one)).toBeLessThan(2e6);
  });

  test('lets no script run but its own, and nothing be fetched', () => {
    const page = reproductionHtml(goldensReproduced('mnist'));
    const [, policy] = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)!;
    const hashes = [...page.matchAll(/<script>([^]*?)<\/script>/g)].map(
      ([, script]) => `&#39;sha256-${createHash('sha256').update(script).digest('base64')}&#39;`,
    );
    expect(hashes).toHaveLength(2);
    expect(policy).toContain(`default-src &#39;none&#39;;`);
    expect(policy).toContain(
      `; script-src ${hashes.join(' ')} &#39;wasm-unsafe-eval&#39;; worker-src blob:;`,
    );
  });

  test('offers no run of an engine that promises no bits', () => {
    const reproduction = goldensReproduced('mnist');
    const runs = reproduction.runs.map(({ judgement, ...run }) => {
      const record = { ...judgement.record, tier: 'within tolerance', engine: 'tfjs' } as const;
      return { ...run, judgement: { ...judgement, record } };
    });
    const [one, none] = [[...reproduction.runs.slice(0, 1), ...runs.slice(1)], runs].map((runs) =>
      reproductionHtml({ ...reproduction, runs }),
    );
    expect(one.match(/[^"\\]*\/run\.json(?=","title)/g)).toEqual(['lr0.0001/run.json']);
    expect(none).not.toContain('Run it again here');
    expect(none).not.toContain('wasm-unsafe-eval');
  });

  test('carries the records that there is room for, and names the others', () => {
    const reproduction = goldensReproduced('mnist');
    const runs = [1, 2, 3].flatMap((copy) =>
      reproduction.runs.map((run) => ({ ...run, folder: `${copy}/${run.folder}` })),
    );
    const page = reproductionHtml({ ...reproduction, runs });
    expect(Buffer.byteLength(page)).toBeLessThan(2e6);
    const [, carried] = /id="carried">([^]*?)<\/script>/.exec(page)!;
    const inside = (JSON.parse(carried) as Carried).runs.map(({ path }) => path);
    const folders = runs.map(({ folder }) => `${folder}/run.json`);
    expect(inside).toEqual(folders.slice(0, 5));
    const [, named] = /The page has no room for: ([^]*?)\. Drop/.exec(page)!;
    expect(named.match(/[^(]+(?=\))/g)).toEqual(folders.slice(5));
  });

  test('has each run with its verdict, digests, and the command to verify it', async () => {
    const reproduction = goldensReproduced('mnist');
    const page = reproductionHtml(reproduction);
    expect(page).toContain('Every run came out as it should');
    for (const { judgement, verifyCommand } of reproduction.runs) {
      for (const { weightsSha256 } of judgement.record.epochs) expect(page).toContain(weightsSha256);
      expect(page).toContain(verifyCommand);
    }
  });

  test('on other data than the report is about says so aloud, and shows nothing of the report', async () => {
    const page = reproductionHtml(goldensReproduced('synthetic'));
    expect(page).toContain('No number is compared with the report: it is about MNIST');
    expect(page).not.toContain('"layer":"reported"');
    expect(page).not.toContain('what the report says is orange');
    expect(page).not.toContain('"layer":"seeds"'); // those of MNIST
  });

  test('a run that failed is what the headline says', async () => {
    const reproduction = goldensReproduced('mnist');
    const [first, ...rest] = reproduction.runs;
    const runs = [{ ...first, judgement: { ...first.judgement, verdict: 'fail' as const } }, ...rest];
    const page = reproductionHtml({ ...reproduction, runs });
    expect(page).toContain('<h1>Not every run came out as it should</h1>');
    expect(page).toContain('<div class="verdict fail">');
    const [, problems] = /<ul class="problems"[^]*?>([^]*?)<\/ul>/.exec(page)!;
    expect(problems.match(/class="badge \w+">[^<]+/g)).toEqual(
      ['bad">fail', 'good">pass', 'good">pass'].map((badge) => `class="badge ${badge}`),
    );
    for (const [, id] of problems.matchAll(/href="#([^"]+)"/g)) expect(page).toContain(`id="${id}"`);
    expect(page).toContain('commit unknown');
  });

  test('a run that diverged is drawn as far as it goes', async () => {
    const reproduction = goldensReproduced('synthetic');
    const [first, ...rest] = reproduction.runs;
    const { record } = first.judgement;
    const epochs = record.epochs.map((epoch) => ({
      ...epoch,
      testLoss: epoch.epoch > 2 ? NaN : epoch.testLoss,
    }));
    const { study, experiment } = reproduction;
    const references = { study, experiment, bands: undefined, rounding: undefined };
    const judgement = judgeAtGate({ ...record, epochs }, undefined, references, 'bands');
    const page = reproductionHtml({ ...reproduction, runs: [{ ...first, judgement }, ...rest] });
    expect(page).toContain('not all could be judged');
    expect(page.match(/d="[^"]*"/g)?.join('')).not.toMatch(/NaN/);
    expect(page).toContain('[3,null]');
  });
});

(chromiumIsFound ? describe : describe.skip)('in a browser', () => {
  let chromium: Chromium;
  beforeAll(async () => {
    chromium = await Chromium.start();
  });
  afterAll(() => chromium.stop());

  test.each(['mnist', 'synthetic'] as const)(
    '%s: draws the runs, fetches nothing, complains of nothing, and axe finds nothing wrong',
    async (data) => {
      const { page, complaints } = await chromium.open(reproductionHtml(goldensReproduced(data)));
      const isReported = data === 'mnist';
      for (const metric of ['test-loss', 'accuracy', 'loss']) {
        const chart = page.locator(`#chart-${metric}`);
        expect(await chart.locator('path.reproduced').count()).toBe(3);
        expect(await chart.locator('path.reported').count()).toBe(isReported ? 3 : 0);
      }
      await page.getByRole('button', { name: 'reproduced' }).click();
      expect(await page.locator('.chart path.reproduced').count()).toBe(0);
      expect(complaints).toEqual([]);
      expect(await accessibilityViolations(page)).toEqual([]);
      await page.context().close();
    },
  );

  test('the synthetic digits are drawn in the tab, and the first 20 steps come out again', async () => {
    const { page, complaints } = await chromium.open(reproductionHtml(goldensReproduced('synthetic')));
    expect(await page.locator('#data-label').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Run it again' }).click();
    const ended = page.locator('#outcome:not(:empty), #training-failure:not([hidden])');
    await ended.waitFor({ timeout: 100_000 });
    expect(await page.locator('#marks li').allTextContents()).toEqual([
      expect.stringMatching(/^✓ initial weights as in the record: [0-9a-f]{64}$/),
      '✓ steps 1 to 20: losses as in the record: 20 losses, bit for bit',
    ]);
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
