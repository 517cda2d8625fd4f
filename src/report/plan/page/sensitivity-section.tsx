import type { PlanResult, SensitivityRow, WhatIf } from '../../../measure/capacity/plan-result.js';
import { formatNumber } from '../../format.js';
import { Badge, Figure, Section, Table } from '../../html/parts.js';
import { PLAN_CHART_TITLES } from '../charts/catalogue.js';
import { type Tornado, type TornadoEnd, tornadoOf } from '../charts/tornado-lines.js';
import { WaitCell } from './estimate-cell.js';
import { NONE, reasonsOf, sentence } from './words.js';

/** One thing changed at a time: what the answer rests on. */
export function SensitivitySection({ plan }: { plan: PlanResult }) {
  const { sensitivity, answer } = plan;
  if (sensitivity === undefined || sensitivity.length === 0) return null;
  const tornado = tornadoOf(plan);
  const table = <SensitivityTable rows={sensitivity} limit={answer.limit} />;
  return (
    <Section id="sensitivity" title="Sensitivity" lead="One thing changed at a time, all else kept, with the same seeds.">
      {tornado === undefined ? null : (
        <Figure id="tornado-chart" kind="tornado" title={PLAN_CHART_TITLES.tornado} summary={tornadoSummary(tornado)} level={3} />
      )}
      {table}
      {reasonsOf(sensitivity).map(({ what, text }) => (
        <p class="notice">
          {sentence(what)} {sentence(text)}
        </p>
      ))}
      {sensitivity.some(({ risk }) => risk !== undefined) ? (
        <p class="muted">
          Risk of staying at {answer.limit === undefined ? 'that limit' : `limit ${formatNumber(answer.limit)}`}. Low: every SLO is still met. Medium: up to a
          tenth more slots would be needed. High: more than that. Critical: the queue grows for ever, or no limit was found.
        </p>
      ) : null}
    </Section>
  );
}

function tornadoSummary({ measure, centre, lines }: Tornado): string {
  const words = (end: TornadoEnd | undefined): string[] => (end === undefined ? [] : [`${end.change}: ${endWords(measure, end.value)}`]);
  const [first] = lines;
  const now = measure === 'limit' ? `Limit ${formatNumber(centre)} is the answer as things are.` : 'The p95 wait as it is now counts as 1.';
  if (first === undefined) return now;
  return `${now} What moves it most is ${first.factor} (${[...words(first.up), ...words(first.down)].join('; ')}). Each bar ends at the furthest change${lines.some(({ up }) => up?.value === Number.POSITIVE_INFINITY) ? `, or leaves the chart where ${measure === 'limit' ? 'no limit was found' : 'there is no end'}` : ''}; the table has all of them.`;
}

function endWords(measure: Tornado['measure'], value: number): string {
  if (!Number.isFinite(value)) return measure === 'limit' ? 'no limit was found' : 'the queue grows for ever';
  return measure === 'limit' ? `limit ${formatNumber(value)}` : `${formatNumber(value)} times the p95 wait`;
}

function SensitivityTable({ rows, limit: now }: { rows: readonly SensitivityRow[]; limit: number | undefined }) {
  const hasRisk = rows.some(({ risk }) => risk !== undefined);
  return (
    <Table<SensitivityRow>
      caption={now === undefined ? 'Each change by itself' : `Each change by itself; the answer without any is limit ${formatNumber(now)}`}
      rows={rows}
      columns={[
        { heading: 'What', names: true, cell: ({ factor }) => factor },
        { heading: 'Change', cell: ({ change }) => change },
        { heading: 'Smallest limit', numeric: true, cell: ({ limit }) => (limit === undefined ? 'none found' : formatNumber(limit)) },
        { heading: 'Slots more or less', numeric: true, cell: ({ limit }) => differenceText(limit, now) },
        {
          heading: `p95 at ${now === undefined ? 'the limit' : `limit ${formatNumber(now)}`}`,
          numeric: true,
          cell: ({ atAnswer }) => <WaitCell point={atAnswer} />,
        },
        { heading: 'Times as long', numeric: true, cell: ({ p95Ratio }) => (p95Ratio === undefined ? NONE : `${formatNumber(p95Ratio)}×`) },
        { heading: 'SLOs there', cell: ({ atAnswer }) => <Badge verdict={atAnswer.verdict} /> },
        ...(hasRisk
          ? [{ heading: 'Risk', cell: ({ risk }: SensitivityRow) => (risk === undefined ? NONE : <span class={`risk ${risk.toLowerCase()}`}>{risk}</span>) }]
          : []),
      ]}
    />
  );
}

function differenceText(limit: number | undefined, now: number | undefined): string {
  if (limit === undefined || now === undefined) return NONE;
  if (limit === now) return '±0';
  return `${limit > now ? '+' : '−'}${formatNumber(Math.abs(limit - now))}`;
}

/** Another policy, another call, another tier: what would happen. */
export function WhatIfSection({ plan: { whatIfs } }: { plan: PlanResult }) {
  if (whatIfs === undefined || whatIfs.length === 0) return null;
  return (
    <Section id="what-if" title="What if">
      <Table<WhatIf>
        look="what-ifs"
        caption="Other rules, other days: what becomes of the answer"
        rows={whatIfs}
        columns={[
          { heading: 'What if', names: true, cell: ({ question }) => sentence(question) },
          { heading: 'Then', cell: ({ answer }) => sentence(answer) },
          { heading: 'Smallest limit', numeric: true, cell: ({ limit }) => (limit === undefined ? NONE : formatNumber(limit)) },
          { heading: 'Shown at limit', numeric: true, cell: ({ evidence }) => (evidence === undefined ? NONE : formatNumber(evidence.limit)) },
          { heading: 'p95 there', numeric: true, cell: ({ evidence }) => <WaitCell point={evidence} /> },
          { heading: 'SLOs there', cell: ({ evidence }) => (evidence === undefined ? NONE : <Badge verdict={evidence.verdict} />) },
        ]}
      />
    </Section>
  );
}
