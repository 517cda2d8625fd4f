import type { Chart } from 'chart.js';

/** A shorter way is a click. */
const LEAST_PX = 6;

/**
 * Lets the reader drag across a chart to choose a stretch of its time. Fingers scroll the page instead.
 * @param chartOf the chart that is on the canvas now
 * @param chosen called with both ends, in seconds
 */
export function followBrush(canvas: HTMLCanvasElement, chartOf: () => Chart | undefined, chosen: (oneS: number, otherS: number) => void): void {
  let brush: Brush | undefined;
  canvas.addEventListener('pointerdown', (event) => {
    const chart = chartOf();
    if (chart === undefined || event.pointerType === 'touch' || event.button !== 0) return;
    const { left, right, top, bottom } = chart.chartArea;
    if (event.offsetX < left || event.offsetX > right || event.offsetY < top || event.offsetY > bottom) return;
    brush = new Brush(canvas, chart, event.offsetX);
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', (event) => brush?.moveTo(event.offsetX));
  canvas.addEventListener('pointerup', (event) => {
    const ended = brush;
    brush = undefined;
    ended?.remove();
    if (ended === undefined || Math.abs(event.offsetX - ended.fromPx) < LEAST_PX) return;
    // What follows is no click on a bar.
    canvas.addEventListener('click', (click) => click.stopImmediatePropagation(), { capture: true, once: true });
    chosen(ended.timeAt(ended.fromPx), ended.timeAt(event.offsetX));
  });
  canvas.addEventListener('pointercancel', () => {
    brush?.remove();
    brush = undefined;
  });
}

/** The stretch that is being chosen, drawn over the chart. */
class Brush {
  private readonly box = document.createElement('div');

  constructor(
    canvas: HTMLCanvasElement,
    private readonly chart: Chart,
    readonly fromPx: number,
  ) {
    const { top, bottom } = chart.chartArea;
    this.box.className = 'brush';
    this.box.style.top = `${top}px`;
    this.box.style.height = `${bottom - top}px`;
    this.box.hidden = true;
    canvas.parentElement?.append(this.box);
  }

  moveTo(px: number): void {
    const to = this.within(px);
    this.box.hidden = Math.abs(to - this.fromPx) < LEAST_PX;
    this.box.style.left = `${Math.min(this.fromPx, to)}px`;
    this.box.style.width = `${Math.abs(to - this.fromPx)}px`;
  }

  timeAt(px: number): number {
    return this.chart.scales['x']?.getValueForPixel(this.within(px)) ?? 0;
  }

  remove(): void {
    this.box.remove();
  }

  private within(px: number): number {
    const { left, right } = this.chart.chartArea;
    return Math.min(right, Math.max(left, px));
  }
}
