/** Marks in the list of contents what is being read: the last part that begins above a third of the window. */
export function followReading(): void {
  const links = [...document.querySelectorAll<HTMLAnchorElement>('nav a')];
  const parts = links.flatMap((link) => {
    const part = document.getElementById(link.hash.slice(1));
    return part === null ? [] : [{ link, part }];
  });
  const mark = (): void => {
    const begun = parts.filter(({ part }) => part.getBoundingClientRect().top < window.innerHeight / 3);
    const current = begun.at(-1)?.link;
    for (const link of links) link.ariaCurrent = link === current ? 'true' : null;
  };
  document.addEventListener('scroll', mark, { passive: true });
  mark();
}
