import { html, type Html, type Part } from '../html/markup';
import type { Axis } from '../html/axis';

/** One chart of a picture, in units of its SVG. */
export interface Panel {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Of the horizontal axis. */
  readonly extent: readonly [from: number, to: number];
  readonly axis: Axis;
}

const GREY = '#444';

export function placeAt({ x, width, extent: [from, to] }: Panel, value: number): number {
  return round(x + (width * (value - from)) / (to - from));
}

export function heightAt({ y, height, axis }: Panel, value: number): number {
  return round(y + height * (1 - axis.place(value)));
}

/** What a panel's axes are of, and where the horizontal one is labelled. */
export interface Axes {
  readonly horizontal: string;
  readonly vertical: string;
  readonly labelled: readonly number[];
}

/** A grid with its labels, and what is drawn over it, in a frame. */
export function panelSvg(panel: Panel, { horizontal, vertical, labelled }: Axes, drawn: Part): Html {
  const { x, y, width, height, axis } = panel;
  const bottom = y + height;
  const lines = axis.ticks.map((tick) => {
    const up = heightAt(panel, tick);
    return html`<line x1="${x}" x2="${x + width}" y1="${up}" y2="${up}" stroke="#e6e6e6" />
      ${words(axis.label(tick), x - 8, up + 4, { size: 12, anchor: 'end', fill: GREY })}`;
  });
  const labels = labelled.map((value) =>
    words(String(value), placeAt(panel, value), bottom + 18, { size: 12, anchor: 'middle', fill: GREY }),
  );
  const middle = y + height / 2;
  const turned = html`<g transform="rotate(-90 ${x - 52} ${middle})"
    >${words(vertical, x - 52, middle, { size: 13, anchor: 'middle', fill: GREY })}</g
  >`;
  return html`${lines}${labels}
    ${words(horizontal, x + width / 2, bottom + 38, { size: 13, anchor: 'middle', fill: GREY })}${turned}
    <rect x="${x}" y="${y}" width="${width}" height="${height}" fill="none" stroke="#bbb" />${drawn}`;
}

export interface PlacedPoint {
  readonly x: number;
  readonly y: number;
}

/** A line through points, broken where one has no place. */
export function lineSvg(points: readonly (PlacedPoint | undefined)[], width: number, colour: string): Html {
  let pen = 'M';
  const path = points.map((point) => {
    const step = point === undefined ? '' : `${pen}${point.x} ${point.y}`;
    pen = point === undefined ? 'M' : 'L';
    return step;
  });
  return html`<path d="${path.join('')}" fill="none" stroke="${colour}" stroke-width="${width}" />`;
}

export function dotSvg({ x, y }: PlacedPoint, colour: string, radius = 4.4): Html {
  return html`<circle cx="${x}" cy="${y}" r="${radius}" fill="${colour}" />`;
}

export function ringSvg({ x, y }: PlacedPoint, colour: string): Html {
  return html`<circle cx="${x}" cy="${y}" r="2.6" fill="none" stroke="${colour}" stroke-width="1.2" />`;
}

interface WordStyle {
  readonly size: number;
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly fill?: string;
  readonly bold?: boolean;
}

export function words(
  text: string,
  x: number,
  y: number,
  { size, anchor = 'start', fill = '#111', bold = false }: WordStyle,
): Html {
  const weight = bold ? 'bold' : 'normal';
  return html`<text
    x="${round(x)}"
    y="${round(y)}"
    font-size="${size}"
    font-weight="${weight}"
    fill="${fill}"
    text-anchor="${anchor}"
    >${text}</text
  >`;
}

/**
 * The base line of a label that stands over or under a point of a curve, whichever is nearer, and touches no part of it.
 *
 * @param curve from left to right
 * @param label its width, and the height of its digits
 */
export function offTheCurve(
  curve: readonly PlacedPoint[],
  { x, y }: PlacedPoint,
  label: { readonly width: number; readonly height: number },
  { y: top, height }: Pick<Panel, 'y' | 'height'>,
): number {
  const [left, right] = [x - label.width / 2, x + label.width / 2];
  const heights = curve.flatMap((point, i) => {
    const next = curve[i + 1] ?? point;
    const on = (place: number): number =>
      next.x === point.x ? point.y : point.y + ((next.y - point.y) * (place - point.x)) / (next.x - point.x);
    const [from, to] = [Math.max(left, point.x), Math.min(right, next.x)];
    return from <= to ? [on(from), on(to)] : [];
  });
  const above = Math.min(y, ...heights) - CLEARANCE;
  const below = Math.max(y, ...heights) + CLEARANCE + label.height;
  const fits = { above: above - label.height >= top, below: below <= top + height };
  if (!fits.below) return above;
  return !fits.above || below - label.height - y < y - above ? below : above;
}

/** Half a dot, and some air. */
const CLEARANCE = 9;

function round(coordinate: number): number {
  return Math.round(100 * coordinate) / 100;
}
