/** A link to a chart of a variant that is not shown brings its tab up first. */
export function openHiddenTargets(): void {
  document.addEventListener('click', ({ target }) => {
    const link = (target as Element).closest<HTMLAnchorElement>('main a[href^="#"]');
    const panel = link === null ? null : document.getElementById(link.hash.slice(1))?.closest<HTMLElement>('.panel[hidden]');
    if (panel != null) document.querySelector<HTMLButtonElement>(`[role=tab][aria-controls="${panel.id}"]`)?.click();
  });
}
