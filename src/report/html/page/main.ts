import { bringToLife } from './charts';

/** The script of a page. */

bringToLife();

// On paper nothing can be opened.
const forPrint = [...document.querySelectorAll<HTMLDetailsElement>('details.print')];
let closed: HTMLDetailsElement[] = [];
window.addEventListener('beforeprint', () => {
  closed = forPrint.filter(({ open }) => !open);
  for (const details of closed) details.open = true;
});
window.addEventListener('afterprint', () => {
  for (const details of closed) details.open = false;
});
