import type { Layout, Panel } from '../chart';
import type { ChartMetric, View } from '../curves';
import { html } from '../markup';
import { placesIn, readoutAt } from '../readout';
import { swatch } from '../swatch';

/** Of the tooltip from what it is about, in pixels. */
const DISTANCE = 12;

/** What a chart says where the pointer is, where a finger taps, or where the arrow keys lead. */
export class Tooltip {
  private readonly words = document.createElement('div');
  private readonly cursor = document.createElement('div');
  private layout: Layout | undefined;
  private view: View | undefined;
  /** What is read out: the number of the panel, and the place on its axis. */
  private at: readonly [panel: number, place: number] | undefined;

  constructor(
    private readonly chart: HTMLElement,
    private readonly metric: ChartMetric,
  ) {
    this.words.className = 'tooltip';
    this.words.role = 'status';
    this.cursor.className = 'cursor';
    chart.tabIndex = 0;
    chart.role = 'group';
    chart.ariaLabel = `${metric.title}: the arrow keys read out its values`;
    // A touch is no hover: what it shows stays until another.
    chart.addEventListener('pointermove', (event) => this.point(event));
    chart.addEventListener('pointerdown', (event) => this.point(event));
    chart.addEventListener('pointerleave', ({ pointerType }) => {
      if (pointerType === 'mouse') this.hide();
    });
    document.addEventListener('pointerdown', ({ target }) => {
      if (target instanceof Node && !chart.contains(target)) this.hide();
    });
    chart.addEventListener('keydown', (event) => this.press(event));
    chart.addEventListener('blur', () => this.hide());
  }

  /** The chart was drawn again. */
  readFrom(layout: Layout, view: View): void {
    this.layout = layout;
    this.view = view;
    this.chart.append(this.cursor, this.words);
    this.hide();
  }

  private get panels(): readonly Panel[] {
    return this.layout?.panels ?? [];
  }

  private placesOf(panel: Panel): number[] {
    return this.view === undefined ? [] : placesIn(panel, this.metric, this.view);
  }

  private point({ clientX, clientY }: PointerEvent): void {
    const { left, top } = this.chart.getBoundingClientRect();
    const [x, y] = [clientX - left, clientY - top];
    const index = this.panels.findIndex(
      (panel) => x >= panel.x && x <= panel.x + panel.width && y >= panel.y && y <= panel.y + panel.height,
    );
    const panel = this.panels.at(index);
    if (index < 0 || panel === undefined) return this.hide();
    const away = (place: number): number => Math.abs(panel.at(place) - x);
    const [first, ...others] = this.placesOf(panel);
    if (first === undefined) return this.hide();
    this.show(
      index,
      others.reduce((nearest, place) => (away(place) < away(nearest) ? place : nearest), first),
    );
  }

  private press(event: KeyboardEvent): void {
    if (event.key === 'Escape') return this.hide();
    const all = this.panels.flatMap((panel, index) =>
      this.placesOf(panel).map((place) => [index, place] as const),
    );
    const now = all.findIndex(([panel, place]) => panel === this.at?.[0] && place === this.at[1]);
    const to = { ArrowRight: now + 1, ArrowLeft: now - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to === undefined || all.length === 0) return;
    event.preventDefault();
    this.show(...all[Math.min(all.length - 1, Math.max(0, to))]);
  }

  private show(index: number, place: number): void {
    const panel = this.panels[index];
    if (this.view === undefined || (this.at?.[0] === index && this.at[1] === place)) return;
    this.at = [index, place];
    const { title, entries } = readoutAt(panel, this.metric, this.view, place);
    this.words.innerHTML = html`<b>${title}</b>${entries.map(
        ({ layer, name, text }) => html`<div>${swatch(layer)} ${name}: ${text}</div>`,
      )}`.text;
    const x = panel.at(place);
    Object.assign(this.cursor.style, { left: `${x}px`, top: `${panel.y}px`, height: `${panel.height}px` });
    this.chart.classList.add('read');
    // On the side where there is room, and never beyond the chart.
    const room = this.chart.clientWidth - this.words.offsetWidth;
    const beside = x + DISTANCE <= room ? x + DISTANCE : x - DISTANCE - this.words.offsetWidth;
    const left = Math.max(0, Math.min(room, beside));
    Object.assign(this.words.style, { left: `${left}px`, top: `${panel.y + DISTANCE}px` });
  }

  private hide(): void {
    this.at = undefined;
    this.chart.classList.remove('read');
    this.words.textContent = '';
  }
}
