import type { Run } from '../../run/run';
import { textOf, type LogFormat, type LogSource, type ReadSettings } from '../format';
import { drawnTexts } from '../lines';
import { printedOf } from '../number';
import { pointAt, type Place } from '../point';
import { placeNumber } from '../rows';
import { RunBuilder } from '../runBuilder';
import { isSettingsAlone, settingsInLine } from './header';
import { matchesIn, patternOf, type Match, type Pattern } from './pattern';
import { suggestedTemplate } from './suggest';

/** The lines of an own trainer, by the template of the study: `epoch {epoch} | train_loss {train_loss} | val_acc {val_acc:percent}`. */
export const template: LogFormat = {
  name: 'template',
  title: 'lines of the template in study.json, logs.template',
  detects: (source, settings) =>
    !source.isFolder && patternsOf(settings).some((pattern) => occurs(pattern, textOf(source))),
  read,
};

function patternsOf({ template = [], conditions }: ReadSettings): Pattern[] {
  const texts = new Set(
    conditions
      .filter(({ values }) => values?.some((value) => typeof value === 'string'))
      .map(({ name }) => name),
  );
  return [template].flat().map((text) => patternOf(text, texts));
}

function occurs(pattern: Pattern, text: string): boolean {
  for (const [drawn] of drawnTexts(text))
    for (const match of matchesIn(drawn, pattern)) if (match !== 'cut') return true;
  return false;
}

/**
 * A line that names no epoch and no step is of those named last: the numbers of a validation may stand in a line of their own. Steps that
 * come before the first epoch is named are counted for themselves: an epoch that is named later is over. Settings of
 * the run stand above its first number, or in lines that start with `#`.
 */
function read(source: LogSource, settings: ReadSettings): Run[] {
  const builder = new RunBuilder(source.path, settings);
  const patterns = patternsOf(settings);
  let place: Place = {};
  let hasOwnSteps = false;
  const take = ({ found }: Match, line: number): void => {
    const said = (name: string): number | undefined => {
      const text = found.find(([other]) => other === name)?.[1];
      return text === undefined ? undefined : placeNumber(text);
    };
    const [epoch, step] = [said('epoch'), said('step')];
    if (epoch !== undefined) place = { epoch };
    else if (step !== undefined) {
      hasOwnSteps ||= place.epoch === undefined;
      if (hasOwnSteps) place = {};
    }
    if (step !== undefined) place = { ...place, step };
    for (const [name, text] of found) {
      if (name === 'epoch' || name === 'step') continue;
      if (builder.isSetting(name)) builder.setting(name, text, line);
      else builder.point(name, pointAt(place, printedOf(text) ?? { value: NaN }, line));
    }
  };
  for (const [drawn, line] of drawnTexts(textOf(source))) {
    const results = patterns.map((pattern) => [...matchesIn(drawn, pattern)]);
    const matches = results.flat().filter((result) => result !== 'cut');
    for (const match of matches) take(match, line);
    if (matches.length > 0) continue;
    if (results.flat().length > 0)
      builder.faultyLine(line, 'it starts like the template, but continues differently');
    else if (
      (!builder.hasNumbers() || drawn.startsWith('#')) &&
      (settings.proseLines?.has(line) !== true || isSettingsAlone(drawn))
    ) {
      for (const [name, value] of settingsInLine(drawn)) builder.setting(name, value, line);
    }
  }
  const suggested = suggestedTemplate(textOf(source));
  return builder.build({
    what: 'no line fits the template',
    expected:
      patterns.map(({ text }) => text).join('; ') ||
      'a line of the log with names in braces, in logs.template of study.json',
    got: suggested === undefined ? 'lines without numbers' : `most often, lines such as ${suggested}`,
  });
}
