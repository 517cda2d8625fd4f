import { formatNumber, formatValue, plural } from '../format.js';
import { Badge, Fold, Table } from '../html/parts.js';
import type { ScenarioLine } from './index-model.js';
import { Sparkline } from './sparkline.js';
import type { Trend } from './trend.js';
import { changeText, shownName, variantText } from './words.js';

/** The numbers of one scenario over its runs, folded. */
export function ScenarioTrends({ line, points }: { line: ScenarioLine; points: number }) {
  const { trends, newest, runs, comparable } = line;
  if (trends === undefined || trends.length === 0) return null;
  const { scenario, verdict, world } = newest.entry;
  const changed = trends.filter(({ changes }) => changes.length > 0).length;
  return (
    <article id={line.id} class={`line ${verdict} ${world}`}>
      <h3>
        {shownName(scenario)} <Badge verdict={verdict} />
      </h3>
      <p class="summary">{runsText(runs, comparable, changed)}</p>
      <Fold summary={`${plural(trends.length, 'number')} over time`}>
        <TrendTable title={`${shownName(scenario)}, ${world}`} trends={trends} points={points} />
      </Fold>
    </article>
  );
}

function runsText(runs: number, comparable: number, changed: number): string {
  const others = runs - comparable;
  const left = others === 0 ? '' : `; ${plural(others, 'other')} had another scenario or another number of seeds`;
  const points = changed === 0 ? '' : ` ${plural(changed, 'number')} changed ${changed === 1 ? 'its' : 'their'} level.`;
  return `${plural(comparable, 'run')} like the newest one${left}.${points}`;
}

function TrendTable({ title, trends, points }: { title: string; trends: readonly Trend[]; points: number }) {
  const hasVariants = trends.some(({ variant }) => variant !== '');
  const value = (trend: Trend, of: (values: readonly number[]) => number): string => formatValue(of(trend.values), trend.unit);
  return (
    <Table<Trend>
      caption={`${title}: median over the seeds of each run`}
      rows={trends}
      columns={[
        { heading: 'Number', names: true, cell: ({ name }) => shownName(name) },
        ...(hasVariants ? [{ heading: 'Variant', cell: ({ variant }: Trend) => variantText(variant) }] : []),
        { heading: 'Newest', numeric: true, cell: (trend) => value(trend, (values) => values.at(-1) as number) },
        { heading: 'Oldest', numeric: true, cell: (trend) => value(trend, (values) => values[0] as number) },
        { heading: 'Lowest', numeric: true, cell: (trend) => value(trend, (values) => Math.min(...values)) },
        { heading: 'Highest', numeric: true, cell: (trend) => value(trend, (values) => Math.max(...values)) },
        { heading: 'Runs', numeric: true, cell: ({ values }) => formatNumber(values.length) },
        { heading: 'Trend', cell: (trend) => <Sparkline {...trend} points={points} /> },
        {
          heading: 'Changes of level',
          cell: (trend) => (trend.changes.length === 0 ? '–' : trend.changes.map((change) => changeText(change, trend)).join('; ')),
        },
      ]}
    />
  );
}
