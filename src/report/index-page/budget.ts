/** How much of everything the page holds, so that it stays small enough to open at once, whatever the history holds. */
export interface Budget {
  readonly scenarios: number;
  /** Newest runs of each scenario that have a cell. */
  readonly cells: number;
  /** Scenarios whose numbers have trends. */
  readonly trendScenarios: number;
  /** Points that are drawn of each trend. */
  readonly points: number;
}

const MOST_SCENARIOS = 1_000;
const MOST_CELLS = 30;
const LEAST_CELLS = 5;
const ALL_CELLS = 6_000;
const MOST_TRENDS = 2_000;
const MOST_POINTS = 100;
const LEAST_POINTS = 20;
const ALL_POINTS = 40_000;

/** @param trends how many each scenario has, in the order in which they are shown */
export function budgetFor(trends: readonly number[]): Budget {
  const scenarios = Math.min(MOST_SCENARIOS, trends.length);
  let trendScenarios = 0;
  let rows = 0;
  while (trendScenarios < scenarios && rows + (trends[trendScenarios] as number) <= MOST_TRENDS) rows += trends[trendScenarios++] as number;
  return {
    scenarios,
    cells: clamp(Math.floor(ALL_CELLS / Math.max(1, scenarios)), LEAST_CELLS, MOST_CELLS),
    trendScenarios,
    points: clamp(Math.floor(ALL_POINTS / Math.max(1, rows)), LEAST_POINTS, MOST_POINTS),
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
