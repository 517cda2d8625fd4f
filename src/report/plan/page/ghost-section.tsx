import type { ComponentChildren } from 'preact';
import type { GhostCost, PlanResult } from '../../../measure/capacity/plan-result.js';
import { formatMs, formatNumber, formatShare, formatUsd, plural } from '../../format.js';
import { Badge, Fold, Section, Table, type TableColumn } from '../../html/parts.js';
import { SearchedCell, WaitCell } from './estimate-cell.js';
import { NONE, sentence } from './words.js';

const UNKNOWN = 'unknown';

/** One quantity of the table, for every number of ghosts. */
interface Quantity {
  readonly name: string;
  readonly of: (cost: GhostCost) => ComponentChildren;
  /** A row of which nothing was worked out is left out. */
  readonly isThere?: (cost: GhostCost) => boolean;
}

const QUANTITIES: readonly Quantity[] = [
  { name: 'Slot-seconds held', of: ({ slotSeconds }) => formatNumber(slotSeconds) },
  { name: 'Share of the limit', of: ({ shareOfLimit }) => formatShare(shareOfLimit) },
  { name: 'Jobs that never ran', of: ({ lostJobs }) => formatNumber(Math.round(lostJobs)) },
  {
    name: 'Highest rate without them',
    of: ({ ratePerSecond }) => <SearchedCell found={ratePerSecond?.without} unit="/s" />,
    isThere: hasRate,
  },
  {
    name: 'Highest rate with them',
    of: ({ ratePerSecond }) => <SearchedCell found={ratePerSecond?.with} unit="/s" />,
    isThere: hasRate,
  },
  {
    name: 'Rate lost (simulated, not linear)',
    of: ({ lostRateShare }) => (lostRateShare === undefined ? NONE : formatShare(lostRateShare)),
    isThere: ({ lostRateShare }) => lostRateShare !== undefined,
  },
  { name: 'p95 wait with them', of: ({ atLimit }) => <WaitCell point={atLimit} /> },
  { name: 'SLOs with them', of: ({ atLimit }) => <Badge verdict={atLimit.verdict} /> },
  {
    name: 'Limit that restores the rate',
    of: ({ limitToRestore }) => (limitToRestore === undefined ? NONE : formatNumber(limitToRestore)),
    isThere: hasRate,
  },
  {
    name: 'Tier that restores it',
    of: ({ tierToRestore }) => (tierToRestore === undefined ? 'none does' : `tier ${formatNumber(tierToRestore.limit)}`),
    isThere: hasRate,
  },
  { name: 'That tier, a month', of: ({ tierUsdPerMonth }) => (tierUsdPerMonth === undefined ? UNKNOWN : formatUsd(tierUsdPerMonth)), isThere: hasRate },
  { name: 'Charged for the stuck requests', of: ({ stuckUsd }) => (stuckUsd === undefined ? UNKNOWN : formatUsd(stuckUsd)) },
];

/** Of a load without a rate nothing is lost of one. */
function hasRate({ ratePerSecond }: GhostCost): boolean {
  return ratePerSecond !== undefined;
}

/** What slots that nothing works in cost, and what of it nobody knows. */
export function GhostSection({ plan: { ghosts } }: { plan: PlanResult }) {
  const most = ghosts?.at(-1);
  if (ghosts === undefined || most === undefined) return null;
  const quantities = QUANTITIES.filter(({ isThere }) => isThere === undefined || ghosts.some(isThere));
  const columns: TableColumn<Quantity>[] = [
    { heading: 'Cost', names: true, cell: ({ name }) => name },
    ...ghosts.map((cost): TableColumn<Quantity> => ({ heading: plural(cost.ghosts, 'ghost'), numeric: true, cell: ({ of }) => of(cost) })),
  ];
  return (
    <Section
      id="ghosts"
      title="Ghost slots"
      lead="Slots that a revoked key or a lost completion keeps, and nothing works in. Money only from prices that were given: what is not known says so."
    >
      <Sentences cost={most} />
      <Table<Quantity> caption={`Ghosts held for ${formatMs(most.heldMs)} at limit ${formatNumber(most.limit)}`} rows={quantities} columns={columns} />
      {ghosts.length < 2 ? null : (
        <Fold summary="Each number of ghosts in words" onPaper={false}>
          {ghosts.slice(0, -1).map((cost) => (
            <>
              <h3>{plural(cost.ghosts, 'ghost')}</h3>
              <Sentences cost={cost} />
            </>
          ))}
        </Fold>
      )}
    </Section>
  );
}

function Sentences({ cost }: { cost: GhostCost }) {
  return (
    <ul class="notes">
      {cost.text.map((text) => (
        <li>{sentence(text)}</li>
      ))}
    </ul>
  );
}
