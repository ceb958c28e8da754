import { chartSvg, layoutOf } from '../chart';
import { chartFile } from '../chartFile';
import { chartCsv } from '../csv';
import type { ChartMetric, Curves, Layer, Scale, View } from '../curves';
import { downloadCsv, downloadSvg } from './download';
import { Tooltip } from './tooltip';

/** Draws the charts of the page again when something is toggled, or when the window has another width, and reads them out. */
export function bringToLife(): void {
  const data = document.getElementById('curves');
  if (data !== null) bringCurvesToLife(JSON.parse(data.textContent ?? '') as Curves);
}

function bringCurvesToLife(curves: Curves): void {
  const charts = curves.metrics.flatMap((metric) => {
    const element = document.getElementById(`chart-${metric.id}`);
    return element === null ? [] : [{ metric, element, tooltip: new Tooltip(element, metric) }];
  });
  const buttons = [...document.querySelectorAll<HTMLButtonElement>('.curves-controls button')];
  const pressed = (kind: string): string[] =>
    buttons
      .filter((button) => button.dataset.kind === kind && button.ariaPressed === 'true')
      .map((button) => button.value);
  const viewNow = (): View => {
    const shown = new Set(curves.title === '' ? curves.settings.map(({ key }) => key) : pressed('setting'));
    return {
      hidden: new Set(curves.settings.map(({ key }) => key).filter((key) => !shown.has(key))),
      layers: new Set(pressed('layer') as Layer[]),
      scale: pressed('scale')[0] as Scale,
    };
  };
  const draw = (): void => {
    const view = viewNow();
    for (const { metric, element, tooltip } of charts) {
      const width = element.clientWidth;
      element.innerHTML = chartSvg(curves, metric, view, width).text;
      tooltip.readFrom(layoutOf(curves, metric, view, width), view);
    }
  };
  for (const button of buttons) {
    button.addEventListener('click', () => {
      // One scale is chosen of two; everything else is shown or not.
      const isChoice = button.dataset.kind === 'scale';
      for (const other of isChoice ? buttons.filter(({ dataset }) => dataset.kind === 'scale') : [])
        other.ariaPressed = 'false';
      button.ariaPressed = String(isChoice || button.ariaPressed !== 'true');
      draw();
    });
  }
  for (const { metric, element } of charts) offerFiles(curves, metric, element, viewNow);
  let width = 0;
  new ResizeObserver(([{ contentRect }]) => {
    // Nothing has a width while it is not laid out.
    if (contentRect.width === 0 || contentRect.width === width) return;
    width = contentRect.width;
    draw();
  }).observe(charts[0].element);
}

function offerFiles(curves: Curves, metric: ChartMetric, element: HTMLElement, viewNow: () => View): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>(`[data-chart="${metric.id}"]`)) {
    button.hidden = false;
    button.addEventListener('click', () => {
      if (button.dataset.format === 'csv') downloadCsv(metric.id, chartCsv(curves, metric, viewNow()));
      else downloadSvg(metric.id, chartFile(curves, metric, viewNow()).text, element);
    });
  }
}
