import type { ChartConfiguration } from 'chart.js';
import type { PlanResult } from '../../../measure/capacity/plan-result.js';
import type { DrawnChart } from '../../charts/catalogue.js';
import type { ChartTheme } from '../../charts/theme.js';
import { answerText, byTheHour } from '../page/words.js';
import { daysChart } from './days.js';
import { frontierChart } from './frontier.js';
import { heatMapChart } from './heat-map.js';
import { heatRows } from './heat-scale.js';
import { tornadoChart } from './tornado.js';
import { tornadoOf } from './tornado-lines.js';

type PlanChartKind = 'frontier' | 'heat-map' | 'tornado' | 'days';

/** One chart of a plan. The page and the PNG renderer draw the same ones; the heat map is a table on the page. */
export interface PlanChart extends DrawnChart {
  readonly kind: PlanChartKind;
}

export const PLAN_CHART_TITLES: Readonly<Record<PlanChartKind, string>> = {
  frontier: 'Wait against the limit',
  'heat-map': 'p95 wait by rate and limit',
  tornado: 'What moves the answer',
  days: 'Smallest limit by day',
};

const FRONTIER_PX = 420;
const LINE_PX = 46;
const FRAME_PX = 110;
const DAYS_PX = 320;

/** Every chart that the plan has figures for. */
export function planChartsOf(plan: PlanResult): PlanChart[] {
  const charts: PlanChart[] = [];
  const add = (kind: PlanChartKind, heightPx: number, build: (title: string, theme: ChartTheme) => unknown): void => {
    const title = `${PLAN_CHART_TITLES[kind]}: ${plan.load.text}`;
    charts.push({
      kind,
      variant: undefined,
      variantName: undefined,
      account: undefined,
      title,
      heightPx,
      endUs: undefined,
      build: (theme) => build(title, theme) as ChartConfiguration,
    });
  };
  const { frontier, heatMap, days, answer, tiers, load } = plan;
  if (frontier !== undefined && frontier.points.length > 0) {
    const offeredSlots = load.atOnce === undefined ? (load.busiestOfferedSlots ?? load.offeredSlots) : 0;
    const about = { limit: answer.limit, tiers: tiers.tiers.map(({ limit }) => limit), offeredSlots };
    add('frontier', FRONTIER_PX, (title, theme) => frontierChart(frontier, { ...about, title }, theme));
  }
  if (heatMap !== undefined && heatMap.limits.length > 0) {
    const rows = heatRows(heatMap, frontier?.sloMs);
    add('heat-map', FRAME_PX + rows.length * LINE_PX, (title, theme) => heatMapChart(rows, { title, isHourly: byTheHour(heatMap.here.ratePerSecond) }, theme));
  }
  const tornado = tornadoOf(plan);
  if (tornado !== undefined) {
    add('tornado', FRAME_PX + tornado.lines.length * LINE_PX, (title, theme) => tornadoChart(tornado, `${title}. ${answerText(plan)}`, theme));
  }
  if (days !== undefined && days.length > 1) add('days', DAYS_PX, (title, theme) => daysChart(days, { title, limit: answer.limit }, theme));
  return charts;
}
