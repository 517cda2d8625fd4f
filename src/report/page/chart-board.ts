import { Chart, type ChartConfiguration } from 'chart.js';
import type { ChartEntry } from '../charts/catalogue.js';
import { type ChartTheme, DARK, drawHatch, HATCH_SCALE, HATCH_TILE_PX, LIGHT } from '../charts/theme.js';

/** Wide enough for A4 with its margins. */
const PRINT_WIDTH_PX = 680;

/** Draws the charts of the page. Those in hidden panels wait until they are shown. */
export class ChartBoard {
  private readonly drawn = new Map<HTMLCanvasElement, Chart>();

  constructor(private readonly entries: readonly ChartEntry[]) {}

  /** Draws what is visible and not drawn yet. */
  draw(medium: 'screen' | 'print' = 'screen'): void {
    const theme = themeFor(medium);
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    for (const canvas of document.querySelectorAll<HTMLCanvasElement>('canvas[data-chart]')) {
      const box = canvas.parentElement;
      const entry = this.entryOf(canvas);
      if (box === null || this.drawn.has(canvas) || canvas.closest('[hidden]') !== null) continue;
      if (entry === undefined) {
        box.hidden = true;
        continue;
      }
      box.style.height = `${entry.heightPx}px`;
      box.style.width = medium === 'print' ? `${PRINT_WIDTH_PX}px` : '';
      this.drawn.set(canvas, new Chart(canvas, withFixedSize(entry.build(theme), medium)));
    }
  }

  /** Draws everything anew, for another scheme or medium. */
  redraw(medium: 'screen' | 'print' = 'screen'): void {
    for (const chart of this.drawn.values()) chart.destroy();
    this.drawn.clear();
    this.draw(medium);
  }

  private entryOf(canvas: HTMLCanvasElement): ChartEntry | undefined {
    const { chart, variant, account } = canvas.dataset;
    return this.entries.find((entry) => entry.kind === chart && String(entry.variant ?? '') === (variant ?? '') && entry.account === account);
  }
}

/** Paper does not resize, and a chart that watches its box would draw again too late for the printer. */
function withFixedSize(config: ChartConfiguration, medium: 'screen' | 'print'): ChartConfiguration {
  return medium === 'print' ? { ...config, options: { ...config.options, devicePixelRatio: 2 } } : config;
}

function themeFor(medium: 'screen' | 'print'): ChartTheme {
  const dark = medium === 'screen' && matchMedia('(prefers-color-scheme: dark)').matches;
  const theme = dark ? DARK : LIGHT;
  const tile = document.createElement('canvas');
  tile.width = HATCH_TILE_PX;
  tile.height = HATCH_TILE_PX;
  const context = tile.getContext('2d');
  if (context === null) return theme;
  drawHatch(context, theme);
  const pattern = context.createPattern(tile, 'repeat');
  pattern?.setTransform(new DOMMatrix().scale(HATCH_SCALE));
  return pattern === null ? theme : { ...theme, ghost: pattern };
}
