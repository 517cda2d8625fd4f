import { SELF_SERVE_MAX } from '../../core/tiers.js';
import type { Leak } from '../../measure/leak-ledger.js';
import type { RunEvidence } from '../../measure/result.js';
import { formatNumber, formatSeconds, formatShare, formatUsd, plural } from '../format.js';
import { type LeakCost, leakCost } from '../leak-cost.js';
import type { ShownVariant } from '../runs.js';
import { Facts, Table } from './parts.js';
import { requestAnchor } from './request-anchor.js';

const UNKNOWN = 'not known';
const MAX_ROWS = 200;

/** Newer results say which slot it was, and which event made it a ghost. */
type AnyLeak = Leak & { readonly slot?: number | undefined; readonly bornEvent?: number | undefined };

/** One line a ghost slot, and what all of them cost. */
export function LeakLedger({ variant, evidence }: { variant: ShownVariant; evidence: RunEvidence }) {
  const { leaks, leaksHidden } = evidence;
  if (leaks.length === 0) {
    return (
      <div class="ledger">
        <h4>Leak ledger</h4>
        <p class="empty">No slot was ever held without live work.</p>
      </div>
    );
  }
  return (
    <div class="ledger">
      <h4>Leak ledger</h4>
      <CostPanel cost={leakCost(variant.shown, variant.info)} variant={variant} hidden={leaksHidden} />
      <CausesTable leaks={leaks} hidden={leaksHidden} />
      <LeaksTable variant={variant} evidence={evidence} />
    </div>
  );
}

interface CauseTotal {
  readonly cause: string;
  readonly recovered: string;
  readonly leaks: readonly Leak[];
}

/** Leaks by cause and by what ended them. */
function CausesTable({ leaks, hidden }: { leaks: readonly Leak[]; hidden: number }) {
  const groups = new Map<string, Leak[]>();
  for (const leak of leaks) {
    const key = JSON.stringify([leak.cause, leak.recovered]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [leak]);
    else group.push(leak);
  }
  const rows = [...groups.values()].map((group): CauseTotal => ({ cause: group[0]?.cause ?? '', recovered: group[0]?.recovered ?? '', leaks: group }));
  const seconds = (row: CauseTotal): number => row.leaks.reduce((sum, leak) => sum + leak.slotSeconds, 0);
  return (
    <Table<CauseTotal>
      caption={`Leaks by cause${hidden > 0 ? `, of the ${formatNumber(leaks.length)} that are listed` : ''}`}
      rows={rows.toSorted((one, other) => seconds(other) - seconds(one))}
      columns={[
        { heading: 'Cause', names: true, cell: (row) => row.cause },
        { heading: 'Recovered', cell: (row) => row.recovered },
        { heading: 'Slots', numeric: true, cell: (row) => formatNumber(row.leaks.length) },
        { heading: 'Slot-seconds', numeric: true, cell: (row) => tenths(seconds(row)) },
        { heading: 'Longest', numeric: true, cell: (row) => formatSeconds(Math.max(...row.leaks.map((leak) => leak.slotSeconds))) },
      ]}
    />
  );
}

function LeaksTable({ variant, evidence }: { variant: ShownVariant; evidence: RunEvidence }) {
  const leaks: readonly AnyLeak[] = evidence.leaks;
  const left = Math.max(0, leaks.length - MAX_ROWS) + evidence.leaksHidden;
  const at = (us: number | null | undefined): string => (us == null ? 'never' : formatSeconds(us / 1e6));
  const told = new Set(evidence.stories?.stories.map(({ request }) => request));
  const link = ({ request }: Leak) => (told.has(request) ? <a href={`#${requestAnchor(request, variant.info.name)}`}>{request}</a> : request);
  const born = (leak: AnyLeak): string => `${at(leak.ghostFromUs)}${leak.bornEvent == null ? '' : ` (event ${formatNumber(leak.bornEvent)})`}`;
  return (
    <Table<AnyLeak>
      caption={`Leaked slots${left > 0 ? `, those that never came back first (${plural(left, 'more leak')} not listed)` : ''}`}
      rows={leaks.toSorted((a, b) => Number(a.toUs != null) - Number(b.toUs != null)).slice(0, MAX_ROWS)}
      rowClass={(leak) => (leak.toUs == null ? 'fail' : '')}
      columns={[
        { heading: 'Request', names: true, cell: link },
        ...(leaks.some(({ slot }) => slot != null) ? [{ heading: 'Slot', numeric: true, cell: slotText }] : []),
        { heading: 'Account', cell: (leak) => leak.account },
        { heading: 'Key', cell: (leak) => leak.key },
        { heading: 'Endpoint', cell: (leak) => leak.endpoint },
        { heading: 'Cause', cell: (leak) => leak.cause },
        { heading: 'Slot taken', numeric: true, cell: (leak) => at(leak.takenUs) },
        { heading: 'Ghost from', numeric: true, cell: born },
        { heading: 'Given back', numeric: true, cell: (leak) => at(leak.toUs) },
        { heading: 'Age as a ghost', numeric: true, cell: (leak) => formatSeconds(leak.slotSeconds) },
        { heading: 'Recovered', cell: (leak) => leak.recovered },
        { heading: 'Slot-seconds', numeric: true, cell: (leak) => tenths(leak.slotSeconds) },
      ]}
    />
  );
}

/** People count from 1, as the chart of slots does. */
function slotText({ slot }: AnyLeak): string {
  return slot == null || slot < 0 ? '–' : String(slot + 1);
}

function tenths(value: number): string {
  return formatNumber(Math.round(value * 10) / 10);
}

function CostPanel({ cost, variant, hidden }: { cost: LeakCost; variant: ShownVariant; hidden: number }) {
  const { meanServiceUs } = variant.info;
  const service = meanServiceUs == null ? UNKNOWN : formatSeconds(meanServiceUs / 1e6);
  const share = (value: number | undefined): string => (value === undefined ? UNKNOWN : formatShare(value));
  const jobs = (value: number | undefined): string => (value === undefined ? UNKNOWN : formatNumber(Math.round(value)));
  const stuck = `${hidden > 0 ? 'at least ' : ''}${plural(cost.stuckRequests, 'request')}`;
  return (
    <>
      <Facts
        facts={[
          [`Slot-seconds lost${(variant.info.warmupUs ?? 0) > 0 ? ' after the warm-up' : ''}`, formatNumber(Math.round(cost.slotSeconds))],
          ['Share of the run’s capacity', share(cost.shareOfRun)],
          [
            'Leaked at the end',
            `${formatNumber(cost.leakedAtEnd)} of ${cost.limit === undefined ? UNKNOWN : formatNumber(cost.limit)} slots (${share(cost.shareAtEnd)})`,
          ],
          [`Jobs not done (of ${service} each)`, jobs(cost.lostJobs)],
          ['Jobs lost in 30 days at this level', jobs(cost.lostJobsPer30Days)],
          ['Effective limit at the end', cost.limit === undefined ? UNKNOWN : `${formatNumber(cost.limit - cost.leakedAtEnd)} of ${formatNumber(cost.limit)}`],
          ['Limit that would make up for it', tierText(cost)],
          ['Stuck requests, if charged', `${stuck}: ${cost.stuckUsd === undefined ? UNKNOWN : formatUsd(cost.stuckUsd)}`],
        ]}
      />
      <p class="muted">
        Whether stuck requests are charged is not known; the amount is each one’s price once.
        {variant.info.prices.map((price) => ` ${price.endpoint}: ${formatUsd(price.usd)} (${price.source}).`)}
      </p>
    </>
  );
}

/** What a platform's prices for limits are is nobody's to guess. */
function tierText({ limitToRestore, isSelfService }: LeakCost): string {
  if (limitToRestore === undefined) return 'none is needed at the end';
  const how = isSelfService ? 'self-service' : `above the ${SELF_SERVE_MAX} of self-service, so by contract`;
  return `${formatNumber(limitToRestore)} (${how}); its price is ${UNKNOWN}`;
}
