import type { Chart } from 'chart.js';
import type { GanttBar } from '../../charts/gantt.js';
import { requestAnchor } from '../../html/request-anchor.js';

/** A click on a bar leads to the request that held the slot, where the page lists it. @param variant whose requests they are */
export function followBars(canvas: HTMLCanvasElement, variant: string | undefined, chartOf: () => Chart | undefined): void {
  canvas.addEventListener('click', (event) => {
    const anchor = anchorAt(chartOf(), variant, event);
    if (anchor === undefined) return;
    // The same address again would lead nowhere.
    if (location.hash === `#${anchor}`) history.replaceState(null, '', location.pathname);
    location.hash = `#${anchor}`;
  });
  canvas.addEventListener('pointermove', (event) => {
    canvas.style.cursor = anchorAt(chartOf(), variant, event) === undefined ? '' : 'pointer';
  });
}

/** The row of the request under the pointer; undefined: no bar, or a request that is not listed. */
function anchorAt(chart: Chart | undefined, variant: string | undefined, event: MouseEvent): string | undefined {
  const [found] = chart?.getElementsAtEventForMode(event, 'nearest', { intersect: true }, true) ?? [];
  const bar = found && (chart?.data.datasets[found.datasetIndex]?.data[found.index] as unknown as GanttBar | undefined);
  if (bar === undefined) return undefined;
  const anchor = requestAnchor(bar.hold.request, variant);
  return document.getElementById(anchor) === null ? undefined : anchor;
}
