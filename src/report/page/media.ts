import type { ChartBoard } from './chart-board.js';

/** Colours are baked into a canvas: another scheme needs other charts. */
export function followScheme(board: ChartBoard): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => board.redraw());
}

/** On paper all variants are shown, in light colours, and what is folded opens; tables behind a chart stay as the reader left them. */
export function followPrinting(board: ChartBoard): void {
  let opened: HTMLDetailsElement[] = [];
  let shown: HTMLElement[] = [];
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll<HTMLDetailsElement>('details:not([open], [data-screen-only])')];
    for (const details of opened) details.open = true;
    shown = [...document.querySelectorAll<HTMLElement>('.panel[hidden], [data-rows][hidden]')];
    for (const part of shown) part.hidden = false;
    board.drawForPrint();
  });
  addEventListener('afterprint', () => {
    for (const details of opened) details.open = false;
    for (const part of shown) part.hidden = true;
    board.redraw();
  });
}
