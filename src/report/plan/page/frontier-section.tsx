import type { Frontier, PlanResult, PointEvidence } from '../../../measure/capacity/plan-result.js';
import { formatMs, formatNumber, formatShare, listOf, plural } from '../../format.js';
import { Badge, Figure, Section, Table } from '../../html/parts.js';
import { PLAN_CHART_TITLES } from '../charts/catalogue.js';
import { WaitCell } from './estimate-cell.js';
import { isRecorded, NONE } from './words.js';

/** How the wait falls as the limit rises. */
export function FrontierSection({ plan }: { plan: PlanResult }) {
  const { frontier } = plan;
  if (frontier === undefined || frontier.points.length === 0) return null;
  return (
    <Section
      id="frontier"
      title="Frontier"
      lead={`What each further slot buys. Lines and bands are simulated${frontier.erlangCP95Ms.length === 0 ? '' : '; the thin dotted line is the formula, for contrast'}.`}
    >
      <Figure id="frontier-chart" kind="frontier" title={PLAN_CHART_TITLES.frontier} summary={frontierSummary(frontier, plan)} level={3}>
        <FrontierTable frontier={frontier} recorded={isRecorded(plan)} />
      </Figure>
    </Section>
  );
}

function frontierSummary({ points, sloMs, sloPercentile }: Frontier, { tiers, answer }: PlanResult): string {
  const limits = points.map(({ limit }) => limit);
  const [low, high] = [Math.min(...limits), Math.max(...limits)];
  const unstable = points.filter((point) => point.unstable !== undefined).length;
  const outside = tiers.tiers.map(({ limit }) => limit).filter((limit) => limit < low || limit > high);
  const promise =
    sloMs === undefined ? '' : ` The promise is ${sloPercentile === undefined ? 'a wait' : `a p${formatNumber(sloPercentile)}`} below ${formatMs(sloMs)}.`;
  const met = answer.limit === undefined ? 'No limit meets every SLO.' : `Limit ${formatNumber(answer.limit)} is the smallest that meets every SLO.`;
  return [
    `${plural(points.length, 'limit')} from ${formatNumber(low)} to ${formatNumber(high)}. ${met}${promise}`,
    ...(unstable === 0 ? [] : [`At ${unstable} of them the queue grows for ever: nothing is drawn.`]),
    ...(outside.length === 0
      ? []
      : [`${outside.length === 1 ? 'Tier' : 'Tiers'} ${listOf(outside.map(formatNumber))} ${outside.length === 1 ? 'lies' : 'lie'} beside the chart.`]),
  ].join(' ');
}

function FrontierTable({ frontier: { points, erlangCP95Ms }, recorded }: { frontier: Frontier; recorded: boolean }) {
  const wait = (percentile: 'p50' | 'p95' | 'p99') => ({
    heading: percentile,
    numeric: true,
    cell: (point: PointEvidence) => <WaitCell point={point} percentile={percentile} />,
  });
  const formulaOf = new Map(points.map((point, at) => [point, erlangCP95Ms[at]]));
  const formula = (point: PointEvidence): string => {
    const ms = formulaOf.get(point);
    return ms == null ? 'unstable' : formatMs(ms);
  };
  return (
    <Table<PointEvidence>
      caption={recorded ? 'Waits of the recorded traffic by limit' : 'Waits by limit: mean over seeds and 95 % interval'}
      rows={points}
      columns={[
        { heading: 'Limit', numeric: true, names: true, cell: ({ limit }) => formatNumber(limit) },
        wait('p50'),
        wait('p95'),
        wait('p99'),
        ...(erlangCP95Ms.length === 0 ? [] : [{ heading: 'p95 by Erlang C (formula)', numeric: true, cell: formula }]),
        { heading: 'Busy', numeric: true, cell: ({ utilisation }) => (utilisation === undefined ? NONE : formatShare(utilisation)) },
        { heading: 'Seeds', numeric: true, cell: ({ seeds }) => formatNumber(seeds) },
        { heading: 'SLOs', cell: ({ verdict }) => <Badge verdict={verdict} /> },
      ]}
    />
  );
}
