import { chartSvg } from '../chart';
import type { Curves, Layer, Scale } from '../curves';

/** Draws the charts of a page again when something is toggled, or when they have another width. */
export function bringToLife(): void {
  const data = document.getElementById('curves');
  if (data !== null) redraw(JSON.parse(data.textContent ?? '') as Curves);
}

function redraw(curves: Curves): void {
  const charts = curves.metrics.flatMap((metric) => {
    const element = document.getElementById(`chart-${metric.id}`);
    return element === null ? [] : [{ metric, element }];
  });
  const buttons = [...document.querySelectorAll<HTMLButtonElement>('.controls button')];
  const pressed = (kind: string): string[] =>
    buttons
      .filter((button) => button.dataset.kind === kind && button.ariaPressed === 'true')
      .map((button) => button.value);
  const draw = (): void => {
    const shown = new Set(curves.title === '' ? curves.settings.map(({ key }) => key) : pressed('setting'));
    const view = {
      hidden: new Set(curves.settings.map(({ key }) => key).filter((key) => !shown.has(key))),
      layers: new Set(pressed('layer') as Layer[]),
      scale: pressed('scale')[0] as Scale,
    };
    for (const { metric, element } of charts) {
      element.innerHTML = chartSvg(curves, metric, view, element.clientWidth).text;
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
  let width = 0;
  new ResizeObserver(([{ contentRect }]) => {
    // Nothing has a width while it is not laid out.
    if (contentRect.width === 0 || contentRect.width === width) return;
    width = contentRect.width;
    draw();
  }).observe(charts[0].element);
}
