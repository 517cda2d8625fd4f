import type { ComponentChildren } from 'preact';
import type { PlanResult, PointEvidence, TierPrice } from '../../../measure/capacity/plan-result.js';
import { fromLineText } from '../../../measure/capacity/recorded-rows.js';
import { formatMs, formatNumber, formatShare, formatUsd, listOf, plural } from '../../format.js';
import { Badge, Facts, Fold, Section, Table, type TableColumn } from '../../html/parts.js';
import { CheckCell } from './estimate-cell.js';
import { isRecorded, NONE, overloadText, sentence } from './words.js';

const SEEDED_LEAD =
  'Every limit that was tried. A limit passes where the worse end of each interval meets its SLO, and fails where the better end does not; between them it is undecided, and counts as not shown.';

/** Every limit that was tried on the way to the answer. */
export function EvidenceSection({ plan }: { plan: PlanResult }) {
  const { answer, question } = plan;
  const { evidence, exceptions } = answer;
  if (evidence.length === 0) return null;
  return (
    <Section id="evidence" title="Evidence" lead={isRecorded(plan) ? 'Every limit that was tried, with the one history that was recorded.' : SEEDED_LEAD}>
      {exceptions.length === 0 ? null : (
        <p class="notice">
          The rules are not monotone here: {listOf(exceptions.map(formatNumber))} {exceptions.length === 1 ? 'comes' : 'come'} out the other way than the limits
          around.
        </p>
      )}
      <Fold summary={`${plural(evidence.length, 'limit')} tried`}>
        <EvidenceTable points={evidence.toSorted((a, b) => a.limit - b.limit)} slos={question.slos} recorded={isRecorded(plan)} />
      </Fold>
    </Section>
  );
}

function EvidenceTable({ points, slos, recorded }: { points: readonly PointEvidence[]; slos: readonly string[]; recorded: boolean }) {
  return (
    <Table<PointEvidence>
      caption={`By limit: what each SLO was${recorded ? ' with the recorded traffic' : ', mean over seeds and 95 % interval'}`}
      rows={points}
      columns={[
        { heading: 'Limit', numeric: true, names: true, cell: ({ limit }) => formatNumber(limit) },
        ...slos.map(
          (slo, at): TableColumn<PointEvidence> => ({ heading: slo, numeric: true, cell: (point) => <CheckCell check={point.checks[at]} point={point} /> }),
        ),
        { heading: 'Busy', numeric: true, cell: ({ utilisation }) => (utilisation === undefined ? NONE : formatShare(utilisation)) },
        { heading: 'Seeds', numeric: true, cell: ({ seeds }) => formatNumber(seeds) },
        { heading: 'Requests', numeric: true, cell: ({ requests }) => formatNumber(requests) },
        { heading: 'Events', numeric: true, cell: ({ events }) => formatNumber(events) },
        { heading: 'Verdict', cell: ({ verdict }) => <Badge verdict={verdict} /> },
        { heading: 'Remarks', cell: remarks },
      ]}
    />
  );
}

function remarks({ unstable, broken }: PointEvidence): string {
  return [...(unstable === undefined ? [] : [sentence(overloadText(unstable))]), ...(broken.length === 0 ? [] : [`Broke ${listOf(broken)}.`])].join(' ');
}

/** What the answer takes for granted, and where its prices come from. */
export function AssumptionsSection({ plan: { notes, tiers, answer } }: { plan: PlanResult }) {
  return (
    <Section id="assumptions" title="Assumptions">
      {notes.length === 0 ? null : (
        <ul class="notes">
          {notes.map((note) => (
            <li>{sentence(note)}</li>
          ))}
        </ul>
      )}
      <Table<TierPrice>
        caption={`Tiers (${tiers.source})`}
        rows={tiers.tiers}
        empty="No tiers were given."
        columns={[
          { heading: 'Limit', numeric: true, names: true, cell: ({ limit }) => formatNumber(limit) },
          { heading: 'Price a month', numeric: true, cell: ({ usdPerMonth }) => (usdPerMonth === undefined ? 'unknown' : formatUsd(usdPerMonth)) },
          { heading: 'Against the answer', cell: ({ limit }) => roomText(limit, answer.limit, tiers.tier?.limit) },
        ]}
      />
    </Section>
  );
}

/** `29 slots too few`, `11 slots to spare: the smallest that holds` */
function roomText(tier: number, needed: number | undefined, chosen: number | undefined): string {
  if (needed === undefined) return NONE;
  if (tier < needed) return `${plural(needed - tier, 'slot')} too few`;
  return `${tier === needed ? 'none' : plural(tier - needed, 'slot')} to spare${tier === chosen ? ': the smallest that holds' : ''}`;
}

type Fact = readonly [name: string, value: ComponentChildren];

/** All it takes to ask the same again. */
export function EnvironmentSection({ plan }: { plan: PlanResult }) {
  const { question, tool, meta, randomScheme, load } = plan;
  return (
    <Section
      id="environment"
      title="Environment and reproduction"
      lead="The same question, seed and version give the same plan, on any machine and any number of workers."
    >
      <Facts
        facts={[
          ['Tool', `${tool.name} ${tool.version}`],
          ['Random scheme', String(randomScheme)],
          ['SHA-256 of the question', <code class="hash">{question.sha256}</code>],
          ['First seed', String(question.seed)],
          ['Most seeds a setting', formatNumber(question.mostSeeds)],
          ...(question.requestsPerSeed === undefined ? [] : [['Requests a seed', formatNumber(question.requestsPerSeed)] as Fact]),
          ['Warm-up, left out', formatMs(question.warmupMs)],
          ['Mean service time', formatMs(load.meanServiceMs)],
          ...scvFacts(plan),
          ...traceFacts(plan),
        ]}
      />
      <h3>This run</h3>
      <p class="muted">What differs between two identical runs. Comparisons ignore it.</p>
      <Facts
        facts={[
          ['Date', meta.date],
          ['Host', meta.host],
          ['Node', meta.node],
          ['Workers', meta.workers],
          ['Requests simulated', formatNumber(meta.simulatedRequests)],
          ['Took (wall time)', formatMs(meta.wallMs)],
        ]}
      />
    </Section>
  );
}

function scvFacts({ load: { arrivalScv, serviceScv } }: PlanResult): Fact[] {
  return [
    ...(arrivalScv === undefined ? [] : [['Variability of arrivals (squared; Poisson: 1)', formatNumber(arrivalScv)] as Fact]),
    ...(serviceScv === undefined ? [] : [['Variability of service (squared; exponential: 1)', formatNumber(serviceScv)] as Fact]),
  ];
}

function traceFacts({ load: { trace } }: PlanResult): Fact[] {
  if (trace === undefined) return [];
  const skipped = trace.skipped.map(({ reason, count, firstLine }) => `${formatNumber(count)}${fromLineText(firstLine)}: ${reason}`);
  return [
    ['Trace', trace.file],
    ['SHA-256 of the trace', <code class="hash">{trace.sha256}</code>],
    ['Rows used', `${formatNumber(trace.used)} of ${formatNumber(trace.rows)}`],
    ...(skipped.length === 0 ? [] : [['Rows left out', listOf(skipped)] as Fact]),
    ['Span', formatMs(trace.spanMs)],
    ['Peak without any limit', plural(trace.peakInFlight, 'request')],
    ...(trace.tenants === undefined ? [] : [['Tenants', formatNumber(trace.tenants)] as Fact]),
    ...(trace.endpoints === undefined ? [] : [['Endpoints', formatNumber(trace.endpoints)] as Fact]),
  ];
}
