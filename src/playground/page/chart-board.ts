import type { Chart, ChartConfiguration } from 'chart.js';
import { pageTheme } from '../../report/page/charts/page-theme.js';
import { CHART_NAMES, CHARTS, type ChartedRun, type ChartName } from './charts.js';

/** Chart.js, which the page brings along: no page carries it twice. */
export type ChartClass = typeof Chart;

/** The charts of the playground. They are drawn once and then changed, for that takes a tenth of the time. */
export class PlaygroundCharts {
  private readonly drawn = new Map<ChartName, Chart>();
  private theme = pageTheme('screen');
  private last: ChartedRun | undefined;

  constructor(
    private readonly chartClass: ChartClass,
    private readonly canvasOf: (name: ChartName) => HTMLCanvasElement | null,
  ) {
    chartClass.defaults.font.family = getComputedStyle(document.body).fontFamily;
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.redraw());
  }

  show(run: ChartedRun): void {
    this.last = run;
    for (const name of CHART_NAMES) this.showOne(name, CHARTS[name](run, this.theme) as ChartConfiguration);
  }

  private showOne(name: ChartName, { type, data, options = {} }: ChartConfiguration): void {
    const canvas = this.canvasOf(name);
    if (canvas === null) return;
    const chart = this.drawn.get(name);
    if (chart === undefined) {
      this.drawn.set(name, new this.chartClass(canvas, { type, data, options } as ChartConfiguration));
      return;
    }
    chart.data = data;
    chart.options = options;
    chart.update('none');
  }

  /** Colours are baked into a canvas. */
  private redraw(): void {
    for (const chart of this.drawn.values()) chart.destroy();
    this.drawn.clear();
    this.theme = pageTheme('screen');
    if (this.last !== undefined) this.show(this.last);
  }
}
