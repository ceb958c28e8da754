/** Files that the page makes of what it shows; nothing is fetched for them. */

export function downloadCsv(name: string, text: string): void {
  download(`${name}.csv`, 'text/csv', text);
}

/** What the page's style says of an SVG, which it does not have outside of the page. */
const STYLED = [
  ...[
    'fill',
    'fill-opacity',
    'stroke',
    'stroke-opacity',
    'stroke-width',
    'stroke-dasharray',
    'stroke-linejoin',
  ],
  ...['opacity', 'font-family', 'font-size', 'font-weight', 'text-anchor'],
];

/** @param beside where the page's style has the chart's marks in it */
export function downloadSvg(name: string, text: string, beside: HTMLElement): void {
  const place = document.createElement('div');
  place.className = 'hidden';
  place.innerHTML = text;
  beside.append(place);
  for (const element of place.querySelectorAll<SVGElement>('svg *')) {
    const style = getComputedStyle(element);
    for (const property of STYLED) element.setAttribute(property, style.getPropertyValue(property));
    element.removeAttribute('class');
  }
  const [svg] = place.children;
  download(`${name}.svg`, 'image/svg+xml', new XMLSerializer().serializeToString(svg));
  place.remove();
}

function download(name: string, type: string, text: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  link.download = name;
  link.click();
  // The browser has to have begun with it.
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
