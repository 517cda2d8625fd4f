import type { RepeatCost, RepeatCounts } from '../../charts/retries.js';
import { formatNumber, formatShare, NO_SAMPLES } from '../../format.js';
import { Facts, Table } from '../parts.js';

/** What repeats cost, clients and the server apart. */
export function RepeatFacts({ cost, requeues }: { cost: RepeatCost; requeues: number }) {
  const { calls, attempts, amplification, backoffShare, listed, requests } = cost;
  const scope = listed < requests ? ` (of the ${formatNumber(listed)} listed of ${formatNumber(requests)} requests)` : '';
  return (
    <Facts
      facts={[
        ['Attempts of clients, calls', `${formatNumber(attempts)} for ${formatNumber(calls)}`],
        ['Amplification by clients: attempts a call', amplification === undefined ? NO_SAMPLES : formatNumber(amplification)],
        [`Share of waiting that clients slept after a refusal${scope}`, backoffShare === undefined ? NO_SAMPLES : formatShare(backoffShare)],
        ['Requeues by the server', formatNumber(requeues)],
      ]}
    />
  );
}

export function RepeatsTable({ counts }: { counts: RepeatCounts }) {
  const rows = counts.labels.map((label, at) => ({ label, client: counts.client[at] ?? 0, server: counts.server[at] ?? 0 }));
  return (
    <Table
      caption="Repeats of one request. Calls that gave up stand among those of their number of repeats too"
      rows={[...rows, { label: 'gave up', client: counts.gaveUp, server: 0 }]}
      columns={[
        { heading: 'Repeats', numeric: true, names: true, cell: (row) => row.label },
        { heading: 'Calls repeated by their client', numeric: true, cell: (row) => formatNumber(row.client) },
        { heading: 'Requests put back by the server', numeric: true, cell: (row) => formatNumber(row.server) },
      ]}
    />
  );
}
