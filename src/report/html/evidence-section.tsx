import type { Mark, ResultFile, RunEvidence } from '../../measure/result.js';
import { type GanttPlan, planGantt, rowNamer } from '../charts/gantt.js';
import { repeatCounts } from '../charts/retries.js';
import { quantileOf, samplesIn } from '../distribution.js';
import { formatMs, formatNumber, formatSeconds, formatValue, NO_SAMPLES, plural } from '../format.js';
import { metricOf, type ShownVariant, shownVariants } from '../runs.js';
import { lastGhosts, peakOf } from '../timeline-series.js';
import { HoldsTable, PercentileTable, RepeatsTable, TimelineTable } from './chart-tables.js';
import { LeakLedger } from './leak-ledger.js';
import { Badge, Figure, Section, Table } from './parts.js';
import { AccountsTable, CountersFold, TracesTable } from './run-tables.js';

/** Charts and ledgers, one panel a variant. With JavaScript the panels become tabs. */
export function EvidenceSection({ result }: { result: ResultFile }) {
  const variants = shownVariants(result);
  return (
    <Section id="evidence" title="Evidence" lead={result.seeds.length > 1 ? 'Charts show one run of each variant: the seed is named in the panel.' : undefined}>
      {variants.length < 2 ? null : (
        <div class="tabs needs-js" role="tablist" aria-label="Variants">
          {variants.map(({ title }, at) => (
            <button
              type="button"
              role="tab"
              id={`tab-${at}`}
              aria-controls={`panel-${at}`}
              aria-selected={at === 0 ? 'true' : 'false'}
              tabIndex={at === 0 ? 0 : -1}
            >
              {title}
            </button>
          ))}
        </div>
      )}
      {variants.map((variant, at) => (
        <VariantPanel variant={variant} index={at} alone={variants.length < 2} />
      ))}
    </Section>
  );
}

function VariantPanel({ variant, index, alone }: { variant: ShownVariant; index: number; alone: boolean }) {
  const { shown: run, info, title } = variant;
  return (
    <div class="panel" id={`panel-${index}`} {...(alone ? {} : { role: 'tabpanel', 'aria-labelledby': `panel-${index}-title`, tabIndex: 0 })}>
      <h3 id={`panel-${index}-title`}>
        {title} <Badge verdict={run.verdict} /> <span class="muted">seed {run.seed}</span>
      </h3>
      {info.description === '' ? null : <p class="muted">{info.description}</p>}
      <MarksTable marks={info.marks} />
      {run.evidence == null ? (
        <p class="empty">No evidence was kept of this run: only its numbers.</p>
      ) : (
        <VariantCharts variant={variant} index={index} evidence={run.evidence} />
      )}
      <CountersFold run={run} />
    </div>
  );
}

function MarksTable({ marks }: { marks: readonly Mark[] }) {
  if (marks.length === 0) return <p class="muted">No steps: nothing happens to the platform in this variant.</p>;
  return (
    <Table<Mark>
      caption="Steps of the scenario, by their number in the charts"
      rows={marks}
      columns={[
        { heading: 'Step', names: true, cell: (mark) => mark.number },
        { heading: 'Virtual time', numeric: true, cell: (mark) => formatSeconds(mark.atUs / 1e6) },
        { heading: 'What', cell: (mark) => mark.label },
      ]}
    />
  );
}

function VariantCharts({ variant, index, evidence }: { variant: ShownVariant; index: number; evidence: RunEvidence }) {
  const { shown: run } = variant;
  const { timeline, holds } = evidence;
  const id = (kind: string): string => `${kind}-${index}`;
  const counts = repeatCounts(evidence.attemptsPerCall, evidence.requeuesPerRequest);
  const gantt = planGantt(run);
  const accounts = Object.entries(evidence.accountTimelines);
  return (
    <div class="charts">
      <Figure id={id('slots')} kind="slots" variant={index} title="Slots over time" summary={slotsSummary(variant, evidence)}>
        <TimelineTable timeline={timeline} levels={['live', 'ghost', 'limit']} caption="Slots" />
      </Figure>
      {accounts.length === 0 ? null : (
        <div class="small-multiples">
          {accounts.map(([account, own], at) => (
            <Figure
              id={`account-${index}-${at}`}
              kind="account"
              variant={index}
              account={account}
              title={`Slots of ${account}`}
              summary={ghostText(lastGhosts(own, run.endUs), run.endUs)}
            >
              <TimelineTable timeline={own} levels={['live', 'ghost', 'limit']} caption={`Slots of ${account}`} />
            </Figure>
          ))}
        </div>
      )}
      <Figure id={id('gantt')} kind="gantt" variant={index} title="Who held which slot" summary={ganttSummary(gantt)}>
        <HoldsTable holds={gantt.holds} hidden={gantt.hiddenHolds} rowName={rowNamer(holds)} />
      </Figure>
      <LeakLedger variant={variant} evidence={evidence} />
      <Figure id={id('queue')} kind="queue" variant={index} title="Queue depth" summary={queueSummary(evidence)}>
        <TimelineTable timeline={timeline} levels={['queued']} caption="Requests waiting" />
      </Figure>
      <Figure id={id('latency')} kind="latency" variant={index} title="Queue latency" summary={latencySummary(variant, evidence)}>
        <PercentileTable variant={variant} />
      </Figure>
      <Figure id={id('retries')} kind="retries" variant={index} title="Retries" summary={retriesSummary(variant)}>
        <RepeatsTable counts={counts} />
      </Figure>
      <AccountsTable evidence={evidence} />
      <TracesTable evidence={evidence} />
    </div>
  );
}

function slotsSummary({ shown: run }: ShownVariant, { timeline }: RunEvidence): string {
  const live = peakOf(timeline, 'live');
  if (live === undefined) return NO_SAMPLES;
  return `At most ${formatNumber(live.value)} slots did live work (around ${formatSeconds(live.atUs / 1e6)}). ${ghostText(lastGhosts(timeline, run.endUs), run.endUs)}`;
}

function ghostText(ghosts: ReturnType<typeof lastGhosts>, endUs: number): string {
  if (ghosts === undefined) return 'No ghost slots at any time.';
  const from = formatSeconds(ghosts.fromUs / 1e6);
  if (ghosts.toUs >= endUs) return `Ghost slots since about ${from}, and ${formatNumber(ghosts.ghost)} still at the end.`;
  return `The last ghost slots began about ${from} and were gone by ${formatSeconds(ghosts.toUs / 1e6)}.`;
}

function ganttSummary({ rows, holds, hiddenRows, hiddenHolds, hiddenGhosts }: GanttPlan): string {
  if (rows.length === 0) return 'No slot was held.';
  const ghosts = hiddenGhosts === 0 ? 'no ghost among them' : `${plural(hiddenGhosts, 'ghost')} among them`;
  const hidden = hiddenRows + hiddenHolds === 0 ? '' : ` Not drawn: ${plural(hiddenRows, 'slot')} and ${plural(hiddenHolds, 'hold')}, ${ghosts}.`;
  return `${plural(rows.length, 'slot')}, ${plural(holds.length, 'hold')}. A bar turns hatched where its work has ended and the slot was not given back.${hidden}`;
}

function queueSummary({ timeline }: RunEvidence): string {
  const peak = peakOf(timeline, 'queued');
  if (peak === undefined || peak.value === 0) return 'Nothing waited.';
  return `At most ${formatNumber(peak.value)} requests waited, around ${formatSeconds(peak.atUs / 1e6)}; ${formatNumber(timeline.points.at(-1)?.queued ?? 0)} at the end.`;
}

function latencySummary({ shown: run }: ShownVariant, { queueLatency }: RunEvidence): string {
  const waiting = metricOf(run, 'requests{outcome:waiting}', 'count') ?? 0;
  const left = waiting > 0 ? ` ${plural(waiting, 'request')} never started: they are not in the curve.` : '';
  const [half, most] = [quantileOf(queueLatency, 0.5), quantileOf(queueLatency, 0.95)];
  if (half === undefined || most === undefined) return `Nothing started: ${NO_SAMPLES}.${left}`;
  return `Of ${plural(samplesIn(queueLatency), 'request')} that started, half had waited at most ${formatMs(half)}, 95 % at most ${formatMs(most)}.${left}`;
}

function retriesSummary({ shown: run }: ShownVariant): string {
  const count = (metric: string): string => formatValue(metricOf(run, metric, 'count'), 'requests');
  return `Clients repeated ${count('client_retries')} requests, the server put ${count('server_requeues')} back; ${count('gave_up')} calls gave up, ${count('http_429')} direct calls were turned away with 429.`;
}
