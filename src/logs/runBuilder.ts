import { AssayError } from '../base/errors';
import type { ConditionValue, Fault, Point, Run } from '../run/run';
import type { Condition } from '../study/types';
import { valueOf } from './heading';
import type { ReadSettings } from './format';
import { missingEpochs, protocolFaults } from './protocol';

/** A file may hold many runs, and each keeps what was said above it. */
const MOST_SETTINGS = 100;
const LONGEST_SETTING = 200;

/**
 * Collects what a log says, from its start to its end. Numbers belong to the run whose conditions and seed were said last: a file may hold
 * several runs, one below the other or mixed.
 */
export class RunBuilder {
  private readonly runs = new Map<string, Draft>();
  private readonly conditions = new Map<string, ConditionValue>();
  private readonly settings = new Map<string, ConditionValue>();
  private readonly settingLines = new Set<number>();
  /** What was said of settings since the last number; undefined of one that was said to have several values. */
  private readonly saidInHeader = new Map<string, ConditionValue | undefined>();
  private readonly pending: Fault[] = [];
  private readonly conditionOf: ReadonlyMap<string, Condition>;
  private seed: number | undefined;
  private firstLine: number | undefined;
  /** Undefined until its first number, and where what was said may be of another run. */
  private current: Draft | undefined;

  constructor(
    private readonly path: string,
    { conditions }: Pick<ReadSettings, 'conditions'>,
    private readonly name?: string,
  ) {
    const words = conditions.flatMap((condition) =>
      [condition.name, condition.title ?? condition.name].map((word) => [letters(word), condition] as const),
    );
    this.conditionOf = new Map(words);
  }

  /** What the log says of a setting of its run; the conditions and the seed are among the settings. */
  setting(name: string, text: string, line?: number): void {
    if (text.length > LONGEST_SETTING) return;
    const word = letters(name);
    const isSeed = SEEDS.has(word);
    const condition = this.conditionOf.get(word);
    if (isSeed) {
      if (!/^\d{1,15}$/.test(text)) return;
      if (Number(text) !== this.seed) this.current = undefined;
      this.seed = Number(text);
    } else {
      const value = condition === undefined ? (valueOf(text, { name }) ?? text) : valueOf(text, condition);
      if (value === undefined) return;
      if (condition !== undefined) {
        if (this.conditions.get(condition.name) !== value) this.current = undefined;
        this.conditions.set(condition.name, value);
      }
      if (condition === undefined && this.varies(name, value)) {
        this.settings.delete(name);
        this.current?.settings.delete(name);
        return;
      }
      if (this.settings.size < MOST_SETTINGS) this.settings.set(name, value);
      if (this.current !== undefined && this.current.settings.size < MOST_SETTINGS)
        this.current.settings.set(name, value);
    }
    if (line !== undefined && this.settingLines.size < MOST_SETTINGS) {
      this.settingLines.add(line);
      this.current?.settingLines.add(line);
    }
    if (this.current === undefined) this.firstLine ??= line;
  }

  /** Whether lines with no number of the run between them say another value of the name, too: it is counted, not set. */
  private varies(name: string, value: ConditionValue): boolean {
    const { saidInHeader } = this;
    if (!saidInHeader.has(name)) {
      if (saidInHeader.size < MOST_SETTINGS) saidInHeader.set(name, value);
      return false;
    }
    if (saidInHeader.get(name) !== value) saidInHeader.set(name, undefined);
    return saidInHeader.get(name) === undefined;
  }

  /** By its name alone: a column `learning_rate` tells how it goes, where the condition is `lr`, in words learning rate. */
  isSetting(name: string): boolean {
    const word = letters(name);
    const condition = this.conditionOf.get(word);
    return SEEDS.has(word) || (condition !== undefined && letters(condition.name) === word);
  }

  point(name: string, point: Point): void {
    if (this.saidInHeader.size > 0) this.saidInHeader.clear();
    const { series } = this.draft(point.line);
    const points = series.get(name);
    if (points === undefined) series.set(name, [point]);
    else points.push(point);
  }

  fault(fault: Fault): void {
    (this.current?.faults ?? this.pending).push(fault);
  }

  /** A line that starts as the format's do, and goes on otherwise. */
  faultyLine(line: number | undefined, message: string): void {
    this.fault({ check: 'format', rule: 'format', ...(line !== undefined && { line }), message });
  }

  hasNumbers(): boolean {
    return this.runs.size > 0;
  }

  /** @throws AssayError `log-syntax`, made of these facts, where there is no number */
  build(missing: {
    readonly what: string;
    readonly expected: string;
    readonly got: string;
    readonly hint?: string;
  }): Run[] {
    if (this.runs.size === 0) throw new AssayError('log-syntax', { where: this.path, ...missing });
    [...this.runs.values()].at(-1)?.faults.push(...this.pending);
    return [...this.runs.values()].map((draft) => this.runOf(draft));
  }

  private runOf({ conditions, seed, settings, settingLines, series, faults, line }: Draft): Run {
    const points = Object.fromEntries(series);
    const said = Object.fromEntries(conditions);
    return {
      conditions: said,
      ...(seed !== undefined && { seed }),
      series: points,
      source: { path: this.path, line },
      faults: [...faults, ...protocolFaults(points), ...missingEpochs(points)],
      stated: {
        ...(this.name !== undefined && { name: this.name }),
        ...(settings.size > 0 && { settings: Object.fromEntries(settings) }),
        ...(settingLines.size > 0 && { settingLines: [...settingLines] }),
        ...(conditions.size > 0 && { conditionsFrom: 'log' }),
      },
    };
  }

  private draft(line = 1): Draft {
    if (this.current !== undefined) return this.current;
    const key = JSON.stringify([this.seed ?? null, ...this.conditions]);
    let draft = this.runs.get(key);
    if (draft === undefined) {
      draft = {
        conditions: new Map(this.conditions),
        seed: this.seed,
        settings: new Map(this.settings),
        settingLines: new Set(this.settingLines),
        series: new Map(),
        faults: this.pending.splice(0),
        line: this.firstLine ?? line,
      };
      this.runs.set(key, draft);
    }
    this.firstLine = undefined;
    return (this.current = draft);
  }
}

interface Draft {
  readonly conditions: ReadonlyMap<string, ConditionValue>;
  readonly seed: number | undefined;
  readonly settings: Map<string, ConditionValue>;
  readonly settingLines: Set<number>;
  readonly series: Map<string, Point[]>;
  readonly faults: Fault[];
  /** Where it starts. */
  readonly line: number;
}

const SEEDS: ReadonlySet<string> = new Set(['seed', 'randomseed', 'manualseed']);

/** Upper and lower case, blanks, `_` and `-` make no other name. */
function letters(word: string): string {
  return word.toLowerCase().replace(/[\s_-]/g, '');
}
