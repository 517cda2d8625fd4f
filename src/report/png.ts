import { createRequire } from 'node:module';
import type { ChartJSNodeCanvas } from 'chartjs-node-canvas';
import type { ResultFile } from '../measure/result.js';
import { type ChartEntry, chartsOf, type DrawnChart } from './charts/catalogue.js';
import { type ChartTheme, drawHatch, HATCH_SCALE, HATCH_TILE_PX, LIGHT } from './charts/theme.js';
import { FONT_FAMILY, registerFonts } from './fonts.js';
import { fileStem, shownVariants } from './runs.js';
import { shownResult } from './shown-result.js';

export interface NamedPng {
  readonly name: string;
  readonly png: Buffer;
}

const WIDTH_PX = 1000;
const STANDALONE_PX = 80;
const PIXEL_RATIO = 2;

/** All charts of a result as pictures on white. */
export async function renderPngs(result: ResultFile): Promise<NamedPng[]> {
  const { result: clean } = shownResult(result);
  const renderer = await PngRenderer.load();
  const names = shownVariants(clean).map((variant) => variant.info.name ?? undefined);
  const pictures: NamedPng[] = [];
  const used = new Set<string>();
  for (const chart of chartsOf(clean)) pictures.push({ name: fileName(chart, names, used), png: await renderer.render(chart) });
  return pictures;
}

/** `slots.png`, `slots-fal-939.png`, `account-fal-939-acme.png`; names that become the same get a number. */
function fileName(chart: ChartEntry, variants: readonly (string | undefined)[], used: Set<string>): string {
  const variant = chart.variant === undefined ? undefined : variants[chart.variant];
  const stem = [chart.kind, ...[variant, chart.account].filter((part) => part !== undefined).map(fileStem)].join('-');
  let name = `${stem}.png`;
  for (let n = 2; used.has(name); n++) name = `${stem}-${n}.png`;
  used.add(name);
  return name;
}

/** chartjs-node-canvas leaves modules behind that are `undefined`; whoever looks through them afterwards (fastify does) falls over one. */
function forgetEmptyModules(): void {
  const { cache } = createRequire(import.meta.url);
  for (const [path, module] of Object.entries(cache)) if (module === undefined) delete cache[path];
}

/** Draws charts outside a browser, with the fonts that slotstorm brings. */
export class PngRenderer {
  /** One per height, kept: each constructor loads Chart.js anew. */
  private readonly canvases = new Map<number, ChartJSNodeCanvas>();

  private constructor(
    private readonly Canvas: typeof ChartJSNodeCanvas,
    private readonly theme: ChartTheme,
  ) {}

  /** The drawing libraries are loaded only when a picture is wanted. */
  static async load(): Promise<PngRenderer> {
    const { createCanvas, DOMMatrix, GlobalFonts } = await import('@napi-rs/canvas');
    registerFonts(GlobalFonts);
    const tile = createCanvas(HATCH_TILE_PX, HATCH_TILE_PX);
    const context = tile.getContext('2d');
    drawHatch(context as unknown as CanvasRenderingContext2D, LIGHT);
    const pattern = context.createPattern(tile, 'repeat');
    pattern.setTransform(new DOMMatrix([HATCH_SCALE, 0, 0, HATCH_SCALE, 0, 0]));
    const { ChartJSNodeCanvas } = await import('chartjs-node-canvas');
    return new PngRenderer(ChartJSNodeCanvas, { ...LIGHT, ghost: pattern as unknown as CanvasPattern, standalone: true });
  }

  render(chart: DrawnChart): Promise<Buffer> {
    const config = chart.build(this.theme);
    return this.canvasOf(chart.heightPx + STANDALONE_PX).renderToBuffer({ ...config, options: { ...config.options, devicePixelRatio: PIXEL_RATIO } });
  }

  private canvasOf(height: number): ChartJSNodeCanvas {
    let canvas = this.canvases.get(height);
    if (canvas === undefined) {
      canvas = new this.Canvas({
        width: WIDTH_PX,
        height,
        backgroundColour: 'white',
        // A name, not the imported object: that would bring a second Chart.js.
        plugins: { requireLegacy: ['chartjs-plugin-annotation'] },
        chartCallback: (Chart) => {
          Chart.defaults.font.family = FONT_FAMILY;
          Chart.defaults.font.size = 13;
        },
      });
      forgetEmptyModules();
      this.canvases.set(height, canvas);
    }
    return canvas;
  }
}
