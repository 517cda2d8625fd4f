import type { Mark, ResultFile, RunEvidence } from '../../measure/result.js';
import { timeNameOf, windowOf } from '../charts/annotations.js';
import { hasRepeats, hasWaits } from '../charts/flow-points.js';
import { knowsRunners, planGantt } from '../charts/gantt-plan.js';
import { gaveUpIn, repeatCost, repeatCounts } from '../charts/retries.js';
import * as summaries from '../charts/summaries.js';
import { baselineCurve, curvesOf } from '../charts/wait-curves.js';
import { formatSeconds } from '../format.js';
import { metricOf, type ShownVariant, shownVariants } from '../runs.js';
import { HoldsTable, StretchesTable, TimelineTable } from './chart-tables.js';
import { RefusalsTable, WaitsTable } from './charts/flow-tables.js';
import { CurvesTable, PercentileTable } from './charts/latency-tables.js';
import { RepeatFacts, RepeatsTable } from './charts/retries-tables.js';
import { RowsSwitch, ZoomBar } from './charts/zoom-bar.js';
import { LeakLedger } from './leak-ledger.js';
import { Badge, Figure, Section, Table, type TableColumn } from './parts.js';
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
        <VariantPanel result={result} variant={variant} index={at} alone={variants.length < 2} />
      ))}
    </Section>
  );
}

function VariantPanel({ result, variant, index, alone }: { result: ResultFile; variant: ShownVariant; index: number; alone: boolean }) {
  const { shown: run, info, title } = variant;
  return (
    <div class="panel" id={`panel-${index}`} {...(alone ? {} : { role: 'tabpanel', 'aria-labelledby': `panel-${index}-title`, tabIndex: 0 })}>
      <h3 id={`panel-${index}-title`}>
        {title} <Badge verdict={run.verdict} /> <span class="muted">seed {run.seed}</span>
      </h3>
      {info.description === '' ? null : <p class="muted">{info.description}</p>}
      <MarksTable variant={variant} />
      {run.evidence == null ? (
        <p class="empty">No evidence was kept of this run: only its numbers.</p>
      ) : (
        <VariantCharts result={result} variant={variant} index={index} evidence={run.evidence} />
      )}
      <CountersFold run={run} />
    </div>
  );
}

function MarksTable({ variant: { info, shown } }: { variant: ShownVariant }) {
  const { marks } = info;
  if (marks.length === 0) return <p class="muted">No steps: nothing happens to the platform in this variant.</p>;
  const until = (mark: Mark): string => {
    const held = windowOf(mark, shown.endUs);
    return held === undefined ? '–' : held.toUs >= shown.endUs ? 'the end' : formatSeconds(held.toUs / 1e6);
  };
  const untilColumn: TableColumn<Mark>[] = marks.some((mark) => mark.toUs != null) ? [{ heading: 'Until (shaded)', numeric: true, cell: until }] : [];
  return (
    <Table<Mark>
      caption={`Steps of the scenario, by their number in the charts; ${timeNameOf(shown)}`}
      rows={marks}
      columns={[
        { heading: 'Step', names: true, cell: (mark) => mark.number },
        { heading: 'At', numeric: true, cell: (mark) => formatSeconds(mark.atUs / 1e6) },
        ...untilColumn,
        { heading: 'What', cell: (mark) => mark.label },
      ]}
    />
  );
}

interface PanelProps {
  readonly result: ResultFile;
  readonly variant: ShownVariant;
  readonly index: number;
  readonly evidence: RunEvidence;
}

function VariantCharts(props: PanelProps) {
  const { variant, index, evidence } = props;
  return (
    <div class="charts">
      <ZoomBar id={`zoom-${index}`} />
      <SlotCharts {...props} />
      <HoldCharts {...props} />
      <LeakLedger variant={variant} evidence={evidence} />
      <QueueCharts {...props} />
      <WaitCharts {...props} />
      <RetryCharts {...props} />
      <AccountsTable evidence={evidence} />
      <TracesTable evidence={evidence} />
    </div>
  );
}

const SLOT_LEVELS = ['live', 'starting', 'ghost', 'limit'] as const;

function SlotCharts({ variant: { shown: run }, index, evidence: { timeline, accountTimelines } }: PanelProps) {
  const accounts = Object.entries(accountTimelines);
  return (
    <>
      <Figure id={`slots-${index}`} kind="slots" variant={index} title="Slots over time" summary={summaries.slotsSummary(run, timeline)}>
        <StretchesTable timeline={timeline} run={run} />
        <TimelineTable timeline={timeline} levels={SLOT_LEVELS} caption="Slots" />
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
              summary={summaries.ghostsSummary(run, own, account)}
            >
              <StretchesTable timeline={own} run={run} account={account} />
              <TimelineTable timeline={own} levels={SLOT_LEVELS} caption={`Slots of ${account}`} />
            </Figure>
          ))}
        </div>
      )}
      <Figure id={`limit-${index}`} kind="limit" variant={index} title="Effective limit" summary={summaries.limitSummary(timeline)}>
        <TimelineTable timeline={timeline} levels={['limit', 'effective']} caption="Limit, and what leaks leave of it" />
      </Figure>
    </>
  );
}

function HoldCharts({ variant: { shown: run }, index, evidence }: PanelProps) {
  const listed = new Set(evidence.stories?.stories.map((story) => story.request));
  const runners = knowsRunners(run);
  return (
    <div class="holds" data-switch>
      {runners ? <RowsSwitch /> : null}
      <div data-rows="slots">
        <Figure id={`gantt-${index}`} kind="gantt" variant={index} title="Who held which slot" summary={summaries.ganttSummary(run, 'slots')}>
          <HoldsTable plan={planGantt(run)} rowHeading="Slot" variant={run.variant} listed={listed} />
        </Figure>
      </div>
      {runners ? (
        <div data-rows="runners">
          <Figure id={`runners-${index}`} kind="runners" variant={index} title="Which runner worked for whom" summary={summaries.ganttSummary(run, 'runners')}>
            <HoldsTable plan={planGantt(run, 'runners')} rowHeading="Runner" variant={run.variant} listed={listed} />
          </Figure>
        </div>
      ) : null}
    </div>
  );
}

function QueueCharts({ index, evidence }: PanelProps) {
  const { timeline, flow } = evidence;
  return (
    <>
      <Figure id={`queue-${index}`} kind="queue" variant={index} title="Queue depth" summary={summaries.queueSummary(evidence)}>
        <TimelineTable timeline={timeline} levels={['queued']} caption="Requests waiting" />
      </Figure>
      {flow == null || !hasWaits(flow) ? null : (
        <Figure id={`waits-${index}`} kind="waits" variant={index} title="Waits over time" summary={summaries.waitsSummary(flow)}>
          <WaitsTable flow={flow} />
        </Figure>
      )}
    </>
  );
}

function WaitCharts({ result, variant, index, evidence }: PanelProps) {
  const [curve] = curvesOf([variant]);
  const baseline = baselineCurve(result, variant);
  return (
    <>
      <Figure id={`latency-${index}`} kind="latency" variant={index} title="Queue latency" summary={summaries.latencySummary(variant, evidence)}>
        <PercentileTable variant={variant} curve={curve} baseline={baseline} />
        <CurvesTable curve={curve} baseline={baseline} show="within" />
      </Figure>
      <Figure id={`tail-${index}`} kind="tail" variant={index} title="Long waits" summary={summaries.tailSummary(curve)}>
        <CurvesTable curve={curve} baseline={baseline} show="longer" />
      </Figure>
    </>
  );
}

function RetryCharts({ variant: { shown: run }, index, evidence }: PanelProps) {
  const { flow } = evidence;
  return (
    <>
      <Figure id={`retries-${index}`} kind="retries" variant={index} title="Retries" summary={summaries.retriesSummary(run, evidence)}>
        <RepeatFacts cost={repeatCost(run, evidence)} requeues={metricOf(run, 'server_requeues', 'count') ?? 0} />
        <RepeatsTable counts={repeatCounts(evidence, gaveUpIn(run))} />
      </Figure>
      {flow == null || !hasRepeats(flow) ? null : (
        <Figure id={`refusals-${index}`} kind="refusals" variant={index} title="Refusals and repeats over time" summary={summaries.refusalsSummary(flow)}>
          <RefusalsTable flow={flow} />
        </Figure>
      )}
    </>
  );
}
