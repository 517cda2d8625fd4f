import type { PieceAnswer, PlanResult } from '../../../measure/capacity/plan-result.js';
import { formatMs, formatNumber, listOf, plural } from '../../format.js';
import { Badge, Figure, Section, Table } from '../../html/parts.js';
import { enoughText } from '../analysis-blocks.js';
import { PLAN_CHART_TITLES } from '../charts/catalogue.js';
import { NONE, p95Text, sentence } from './words.js';

/** Each day of the recorded traffic by itself. */
export function DaysSection({ plan: { days, answer } }: { plan: PlanResult }) {
  if (days === undefined || days.length === 0) return null;
  const table = <PiecesTable caption="Days of the trace, each by itself" heading="Day" pieces={days} />;
  return (
    <Section id="days" title="Days" lead={daysLead(days, answer.limit)}>
      {days.length < 2 ? (
        table
      ) : (
        <Figure id="days-chart" kind="days" title={PLAN_CHART_TITLES.days} summary={daysSummary(days, answer.limit)} level={3}>
          {table}
        </Figure>
      )}
    </Section>
  );
}

function daysLead(days: readonly PieceAnswer[], limit: number | undefined): string {
  const whole = limit === undefined ? 'No limit was found for the whole trace.' : `The whole trace needs limit ${formatNumber(limit)}.`;
  return `${plural(days.length, 'day')} of recorded traffic. ${whole} A promise over all of it may be kept although single days break it.`;
}

function daysSummary(days: readonly PieceAnswer[], limit: number | undefined): string {
  const found = days.filter((day): day is PieceAnswer & { readonly limit: number } => day.limit !== undefined).toSorted((a, b) => a.limit - b.limit);
  const [least, most] = [found[0], found.at(-1)];
  const none = days.filter(({ limit }) => limit === undefined).map(({ name }) => name);
  const parts = [
    ...(least === undefined || most === undefined
      ? []
      : [
          `From ${formatNumber(least.limit)} on ${least.name} to ${formatNumber(most.limit)} on ${most.name}; half of the days do with ${formatNumber(middleOf(found))}.`,
        ]),
    ...(limit === undefined ? [] : [sentence(enoughText(days, 'day', limit))]),
    ...(none.length === 0 ? [] : [`No limit was found for ${listOf(none)}.`]),
  ];
  return parts.join(' ');
}

/** Of limits in rising order: the least that is enough for half of them. */
function middleOf(found: readonly { readonly limit: number }[]): number {
  return found[Math.ceil(found.length / 2) - 1]?.limit ?? 0;
}

/** The busiest tenants, one by one. */
export function TenantsSection({ plan: { tenants } }: { plan: PlanResult }) {
  if (tenants === undefined || tenants.length === 0) return null;
  return (
    <Section id="tenants" title="Tenants" lead="What each would need if its account had a limit of its own, the busiest first.">
      <PiecesTable caption="Tenants" heading="Tenant" pieces={tenants} />
    </Section>
  );
}

function PiecesTable({ caption, heading, pieces }: { caption: string; heading: string; pieces: readonly PieceAnswer[] }) {
  const hasEvidence = pieces.some(({ evidence }) => evidence !== undefined);
  return (
    <Table<PieceAnswer>
      caption={caption}
      rows={pieces}
      columns={[
        { heading, names: true, cell: ({ name }) => name },
        { heading: 'Requests', numeric: true, cell: ({ requests }) => formatNumber(requests) },
        { heading: 'Mean slots in use', numeric: true, cell: ({ offeredSlots }) => formatNumber(offeredSlots) },
        { heading: 'Peak without any limit', numeric: true, cell: ({ peakInFlight }) => formatNumber(peakInFlight) },
        { heading: 'Smallest limit', numeric: true, cell: ({ limit }) => (limit === undefined ? 'none found' : formatNumber(limit)) },
        { heading: 'p95 wait there', numeric: true, cell: waitText },
        ...(hasEvidence
          ? [{ heading: 'SLOs there', cell: ({ evidence }: PieceAnswer) => (evidence === undefined ? NONE : <Badge verdict={evidence.verdict} />) }]
          : []),
      ]}
    />
  );
}

function waitText({ p95Ms, evidence }: PieceAnswer): string {
  if (p95Ms !== undefined) return formatMs(p95Ms);
  return evidence === undefined ? NONE : p95Text(evidence);
}
