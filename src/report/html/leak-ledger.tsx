import type { Leak } from '../../measure/leak-ledger.js';
import type { RunEvidence } from '../../measure/result.js';
import { formatNumber, formatSeconds, formatShare, formatUsd, plural } from '../format.js';
import { type LeakCost, leakCost } from '../leak-cost.js';
import type { ShownVariant } from '../runs.js';
import { Facts, Table } from './parts.js';

const UNKNOWN = 'not known';
const MAX_ROWS = 200;

/** One line a ghost slot, and what all of them cost. */
export function LeakLedger({ variant, evidence }: { variant: ShownVariant; evidence: RunEvidence }) {
  const { leaks, leaksHidden } = evidence;
  const left = Math.max(0, leaks.length - MAX_ROWS) + leaksHidden;
  const at = (us: number | null | undefined): string => (us == null ? 'never' : formatSeconds(us / 1e6));
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
      <Table<Leak>
        caption={`Leaked slots${left > 0 ? `, those that never came back first (${plural(left, 'more leak')} not listed)` : ''}`}
        rows={leaks.toSorted((a, b) => Number(a.toUs != null) - Number(b.toUs != null)).slice(0, MAX_ROWS)}
        rowClass={(leak) => (leak.toUs == null ? 'fail' : '')}
        columns={[
          { heading: 'Request', names: true, cell: (leak) => leak.request },
          { heading: 'Account', cell: (leak) => leak.account },
          { heading: 'Key', cell: (leak) => leak.key },
          { heading: 'Endpoint', cell: (leak) => leak.endpoint },
          { heading: 'Cause', cell: (leak) => leak.cause },
          { heading: 'Slot taken', numeric: true, cell: (leak) => at(leak.takenUs) },
          { heading: 'Ghost from', numeric: true, cell: (leak) => at(leak.ghostFromUs) },
          { heading: 'Given back', numeric: true, cell: (leak) => at(leak.toUs) },
          { heading: 'Recovered', cell: (leak) => leak.recovered },
          { heading: 'Slot-seconds', numeric: true, cell: (leak) => formatNumber(Math.round(leak.slotSeconds * 10) / 10) },
        ]}
      />
    </div>
  );
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
