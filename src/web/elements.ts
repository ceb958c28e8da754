/** The element of the page with this id, which is of this kind. */
export function element<T extends HTMLElement>(id: string, Kind: new () => T): T {
  const found = document.getElementById(id);
  if (found instanceof Kind) return found;
  throw new Error(`the page has no ${Kind.name} of the id ${id}`);
}

/** @param html every text from outside is escaped in it */
export function fill(target: HTMLElement, html: string): void {
  target.innerHTML = html;
}

/** Hands a text to the user as a file. */
export function save(name: string, text: string, type: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
