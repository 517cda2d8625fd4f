import type { Chart } from 'chart.js';
import { preciseTime } from '../../charts/precise-time.js';
import { followBrush } from './brush.js';
import { TimeRange } from './time-range.js';

export type ZoomCommand = 'in' | 'out' | 'earlier' | 'later' | 'all';

const KEYS: Readonly<Record<string, ZoomCommand>> = {
  ArrowLeft: 'earlier',
  ArrowRight: 'later',
  ArrowUp: 'in',
  ArrowDown: 'out',
  '+': 'in',
  '=': 'in',
  '-': 'out',
  _: 'out',
  '0': 'all',
  Escape: 'all',
};

/** All charts over time of one panel show the same part of the run: by mouse, by keyboard, by buttons. */
export class PanelZoom {
  private readonly charts = new Map<HTMLCanvasElement, Chart>();
  private readonly known = new WeakSet<HTMLCanvasElement>();
  private readonly range: TimeRange;
  private readonly bar: HTMLElement | null;

  constructor(panel: Element, endS: number) {
    this.range = new TimeRange(endS);
    this.bar = panel.querySelector<HTMLElement>('[data-zoom-bar]');
    for (const button of this.bar?.querySelectorAll<HTMLButtonElement>('button[data-zoom]') ?? []) {
      button.addEventListener('click', () => this.obey(button.dataset['zoom'] as ZoomCommand));
    }
    this.tell();
  }

  /** A chart was drawn: it shows what the others show, and can be brushed. */
  add(canvas: HTMLCanvasElement, chart: Chart): void {
    this.charts.set(canvas, chart);
    if (!this.range.isWhole) this.applyTo(chart);
    if (this.known.has(canvas)) return;
    this.known.add(canvas);
    this.listen(canvas);
  }

  /** Its charts are gone; what was shown is remembered. */
  forget(): void {
    this.charts.clear();
  }

  private listen(canvas: HTMLCanvasElement): void {
    canvas.tabIndex = 0;
    const hint = this.bar?.querySelector('.zoom-hint')?.id;
    if (hint !== undefined) canvas.setAttribute('aria-describedby', hint);
    canvas.addEventListener('keydown', (event) => {
      const command = KEYS[event.key];
      if (command === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      this.obey(command);
    });
    followBrush(
      canvas,
      () => this.charts.get(canvas),
      (fromS, toS) => {
        this.range.show(fromS, toS);
        this.apply();
      },
    );
  }

  private obey(command: ZoomCommand): void {
    const { range } = this;
    if (command === 'all') range.showAll();
    else if (command === 'in' || command === 'out') range.zoom(command);
    else range.move(command);
    this.apply();
  }

  private apply(): void {
    for (const chart of this.charts.values()) this.applyTo(chart);
    this.tell();
  }

  private applyTo(chart: Chart): void {
    const { fromS, toS, isWhole } = this.range;
    const { scales, plugins } = chart.options;
    const x = scales?.['x'] as { min: number; max: number } | undefined;
    if (x === undefined) return;
    [x.min, x.max] = [fromS, toS];
    // Marks outside of what is shown would be drawn beside the chart.
    const annotation = (plugins as { annotation?: { clip: boolean } } | undefined)?.annotation;
    if (annotation !== undefined) annotation.clip = !isWhole;
    chart.update('none');
  }

  private tell(): void {
    const { bar, range } = this;
    const text = bar?.querySelector('.zoom-range');
    if (bar === null || text == null) return;
    const at = (seconds: number): string => preciseTime(seconds, (range.toS - range.fromS) / 100);
    text.textContent = range.isWhole
      ? `All charts over time show the whole run: 0s to ${at(range.endS)}.`
      : `All charts over time show ${at(range.fromS)} to ${at(range.toS)} of ${at(range.endS)}.`;
    bar.classList.toggle('zoomed', !range.isWhole);
    for (const button of bar.querySelectorAll<HTMLButtonElement>('button[data-zoom]:not([data-zoom=in])')) button.disabled = range.isWhole;
  }
}
