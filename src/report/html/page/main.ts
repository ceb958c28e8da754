import { bringToLife } from './charts';
import { followReading } from './contents';
import { nameMissingEmoji } from './emoji';
import { filterLists } from './filters';

/** The script of a page. */

bringToLife();
filterLists();
followReading();
nameMissingEmoji(document.body);

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
