import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { judgeAtGate } from '../../../src/judge/gate';
import { parseRunRecord } from '../../../src/run/record';
import { loadReport } from '../../../src/logs/pytorchExample/report';
import { reproductionHtml, type Reproduction } from '../../../src/report/html/reproduction';
import { sampleAudit } from '../sampleAudit';
import { Chromium, accessibilityViolations, chromiumIsFound } from './browser';

const ROOT = join(__dirname, '../../..');

/** The approved runs, as if they had been trained now. */
async function goldensReproduced(data: 'mnist' | 'synthetic'): Promise<Reproduction> {
  const { experiment, bands, ensembles } = await sampleAudit();
  const report =
    data === 'mnist' ? await loadReport(experiment, join(ROOT, 'spec/lr-experiment/experiment.json')) : [];
  const records = experiment.training.lrs.map((lr) => {
    const path = join(ROOT, `golden/lr-experiment/runs/digit-classifier/${data}-lr${lr}-full/run.json`);
    return parseRunRecord(readFileSync(path, 'utf8'), path);
  });
  return {
    experiment,
    ...{ bands, ensembles },
    ...{ seed: 1, data: records[0].data, version: '0.1.0', command: `npx assay reproduce --data ${data}` },
    runs: records.map((record) => ({
      judgement: judgeAtGate(record, record, bands, experiment, 'bits', undefined),
      reported: report.find(({ lr }) => lr === record.lr)?.run,
      folder: `lr${record.lr}`,
      verifyCommand: `npx assay verify runs/mine/lr${record.lr}`,
    })),
  };
}

describe('the text of the page', () => {
  test('is the same for the same runs, and light', async () => {
    const [one, two] = [await goldensReproduced('mnist'), await goldensReproduced('mnist')].map(
      reproductionHtml,
    );
    expect(one).toBe(two);
    expect(Buffer.byteLength(one)).toBeLessThan(2 << 20);
  });

  test('has each run with its verdict, digests, and the command to verify it', async () => {
    const reproduction = await goldensReproduced('mnist');
    const page = reproductionHtml(reproduction);
    expect(page).toContain('Every run came out as it should');
    for (const { judgement, verifyCommand } of reproduction.runs) {
      for (const { weightsSha256 } of judgement.record.epochs) expect(page).toContain(weightsSha256);
      expect(page).toContain(verifyCommand);
    }
  });

  test('on other data than the report is about says so aloud, and shows nothing of the report', async () => {
    const page = reproductionHtml(await goldensReproduced('synthetic'));
    expect(page).toContain('No number is held against the report: it is about MNIST');
    expect(page).not.toContain('"layer":"reported"');
    expect(page).not.toContain('what the report says is orange');
    expect(page).not.toContain('"layer":"seeds"'); // those of MNIST
  });

  test('a run that failed is what the headline says', async () => {
    const reproduction = await goldensReproduced('mnist');
    const [first, ...rest] = reproduction.runs;
    const runs = [{ ...first, judgement: { ...first.judgement, verdict: 'fail' as const } }, ...rest];
    expect(reproductionHtml({ ...reproduction, runs })).toContain(
      '<h1>Not every run came out as it should</h1>',
    );
  });

  test('a run that diverged is drawn as far as it goes', async () => {
    const reproduction = await goldensReproduced('synthetic');
    const [first, ...rest] = reproduction.runs;
    const { record } = first.judgement;
    const epochs = record.epochs.map((epoch) => ({
      ...epoch,
      testLoss: epoch.epoch > 2 ? NaN : epoch.testLoss,
    }));
    const judgement = judgeAtGate(
      { ...record, epochs },
      undefined,
      undefined,
      reproduction.experiment,
      'bands',
      undefined,
    );
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
      const { page, complaints } = await chromium.open(reproductionHtml(await goldensReproduced(data)));
      const isReported = data === 'mnist';
      for (const metric of ['testLoss', 'accuracy', 'trainingLoss']) {
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
});
