import { Chart, type ChartConfiguration } from 'chart.js';
import type { DrawnChart } from '../charts/catalogue.js';
import type { ChartTheme } from '../charts/theme.js';
import { followBars } from './charts/bar-links.js';
import { pageTheme } from './charts/page-theme.js';
import { PanelZoom } from './charts/panel-zoom.js';

/** Wide enough for A4 with its margins. */
const PRINT_WIDTH_PX = 680;

/** One canvas of the page, with what belongs into it. */
interface Place {
  readonly canvas: HTMLCanvasElement;
  readonly box: HTMLElement;
  readonly entry: DrawnChart;
  readonly zoom: PanelZoom | undefined;
}

/** Draws the charts of the page: those that are on screen first, the others one at a time, those in hidden panels once they are shown. */
export class ChartBoard {
  private readonly drawn = new Map<HTMLCanvasElement, Chart>();
  private readonly zooms = new Map<Element, PanelZoom>();
  private readonly places: readonly Place[];
  /** What is drawn next; none where nothing is left to draw. */
  private next: ReturnType<typeof setTimeout> | undefined;

  /** @param settled called whenever all charts of what is shown are drawn */
  constructor(
    entries: readonly DrawnChart[],
    private readonly settled: () => void,
  ) {
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    const byKey = new Map(entries.map((entry) => [keyOf(entry.kind, entry.variant, entry.account), entry]));
    this.places = [...document.querySelectorAll<HTMLCanvasElement>('canvas[data-chart]')].flatMap((canvas) => this.placeOf(canvas, byKey));
    for (const { canvas, entry } of this.places)
      if (entry.kind === 'gantt' || entry.kind === 'runners') followBars(canvas, entry.variantName, () => this.drawn.get(canvas));
  }

  /** Begins to draw what is shown and not drawn yet. The page stays alive in between. */
  draw(): void {
    if (this.next === undefined) this.drawNext(pageTheme('screen'));
  }

  /** Draws everything anew, for another scheme. */
  redraw(): void {
    this.clear();
    for (const { box } of this.places) box.style.width = '';
    this.draw();
  }

  /** Draws everything at once, in light colours and whole: paper waits for nothing. */
  drawForPrint(): void {
    this.clear();
    const theme = pageTheme('print');
    for (const place of this.places) {
      if (isHidden(place)) continue;
      place.box.style.width = `${PRINT_WIDTH_PX}px`;
      // Paper does not resize, and a chart that watches its box would draw again too late for the printer.
      const config = place.entry.build(theme);
      this.drawn.set(place.canvas, new Chart(place.canvas, { ...config, options: { ...config.options, devicePixelRatio: 2 } }));
    }
  }

  private drawNext(theme: ChartTheme): void {
    const waiting = this.places.filter((place) => !this.drawn.has(place.canvas) && !isHidden(place));
    const next = nearest(waiting);
    if (next === undefined) {
      this.next = undefined;
      this.settled();
      return;
    }
    this.drawOne(next, next.entry.build(theme));
    this.next = setTimeout(() => this.drawNext(theme));
  }

  private drawOne({ canvas, zoom }: Place, config: ChartConfiguration): void {
    const chart = new Chart(canvas, config);
    this.drawn.set(canvas, chart);
    zoom?.add(canvas, chart);
  }

  private clear(): void {
    // Otherwise it would go on in the colours of before, beside the new drawing.
    clearTimeout(this.next);
    this.next = undefined;
    for (const zoom of this.zooms.values()) zoom.forget();
    for (const chart of this.drawn.values()) chart.destroy();
    this.drawn.clear();
  }

  /** Every box gets its height at once, so that nothing moves while charts are drawn. */
  private placeOf(canvas: HTMLCanvasElement, entries: ReadonlyMap<string, DrawnChart>): Place[] {
    const { chart, variant, account } = canvas.dataset;
    const entry = entries.get(keyOf(chart ?? '', variant, account));
    const box = canvas.parentElement;
    if (box === null) return [];
    if (entry === undefined) {
      box.hidden = true;
      return [];
    }
    box.style.height = `${entry.heightPx}px`;
    return [{ canvas, box, entry, zoom: this.zoomOf(canvas, entry) }];
  }

  private zoomOf(canvas: HTMLCanvasElement, { endUs }: DrawnChart): PanelZoom | undefined {
    const panel = canvas.closest('.panel');
    if (panel === null || endUs === undefined) return undefined;
    const zoom = this.zooms.get(panel) ?? new PanelZoom(panel, endUs / 1_000_000);
    this.zooms.set(panel, zoom);
    return zoom;
  }
}

function keyOf(kind: string, variant: number | string | undefined, account: string | undefined): string {
  return JSON.stringify([kind, String(variant ?? ''), account ?? null]);
}

function isHidden({ canvas }: Place): boolean {
  return canvas.closest('[hidden]') !== null;
}

/** The one that is on screen, or least far from it. */
function nearest(places: readonly Place[]): Place | undefined {
  let best: { readonly place: Place; readonly px: number } | undefined;
  for (const place of places) {
    const { top, bottom } = place.box.getBoundingClientRect();
    const px = bottom < 0 ? -bottom : Math.max(0, top - innerHeight);
    if (best === undefined || px < best.px) best = { place, px };
  }
  return best?.place;
}
