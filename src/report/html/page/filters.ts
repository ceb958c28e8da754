/** Buttons that choose what of a section is shown, by the `data-filter` of its parts. */

export function filterLists(): void {
  for (const group of document.querySelectorAll<HTMLElement>('.filter')) {
    const parts = [...(group.parentElement?.querySelectorAll<HTMLElement>('[data-filter]') ?? [])];
    const buttons = [...group.querySelectorAll('button')];
    const choose = (value: string): void => {
      for (const button of buttons) button.ariaPressed = String(button.value === value);
      for (const part of parts) part.hidden = value !== '' && part.dataset.filter !== value;
    };
    for (const button of buttons) {
      button.addEventListener('click', () => {
        choose(button.value);
        // Who asks for one kind wants to see it.
        for (const part of parts)
          if (button.value !== '' && !part.hidden && part instanceof HTMLDetailsElement) part.open = true;
      });
    }
    // A link leads to what is filtered out, too.
    document.addEventListener('click', ({ target }) => {
      const hash =
        target instanceof Element ? target.closest<HTMLAnchorElement>('a[href^="#"]')?.hash : undefined;
      const meant = hash === undefined ? null : document.getElementById(hash.slice(1));
      if (parts.some((part) => part.hidden && part.contains(meant))) choose('');
    });
    group.hidden = false;
  }
}
