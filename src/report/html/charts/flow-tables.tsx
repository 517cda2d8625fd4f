import type { FlowPoint, FlowTimeline } from '../../../measure/flow-timeline.js';
import { WAIT_PERCENTILES, waitOf } from '../../charts/flow-points.js';
import { REPEAT_KINDS } from '../../charts/refusals.js';
import { formatMs, formatNumber, formatSeconds } from '../../format.js';
import { Table, type TableColumn } from '../parts.js';

const FROM: TableColumn<FlowPoint> = { heading: 'From', numeric: true, names: true, cell: (point) => formatSeconds(point.atUs / 1e6) };
const TOO_FEW = 'too few';

/** What started, waited and expired in each stretch. Stretches in which nothing did are left out. */
export function WaitsTable({ flow }: { flow: FlowTimeline }) {
  return (
    <Table<FlowPoint>
      caption={`Waits by stretches of ${formatSeconds(flow.binUs / 1e6)}; those in which nothing started, waited or expired are left out`}
      rows={flow.points.filter((point) => point.started + point.expired > 0 || point.oldestWaitMs > 0)}
      columns={[
        FROM,
        { heading: 'Started', numeric: true, cell: (point) => formatNumber(point.started) },
        ...WAIT_PERCENTILES.map(
          (percentile): TableColumn<FlowPoint> => ({
            heading: percentile.name,
            numeric: true,
            cell: (point) => {
              const ms = waitOf(point, percentile);
              return ms !== undefined ? formatMs(ms) : point.started > 0 ? TOO_FEW : '–';
            },
          }),
        ),
        { heading: 'Expired', numeric: true, cell: (point) => formatNumber(point.expired) },
        { heading: 'Oldest waiter', numeric: true, cell: (point) => formatMs(point.oldestWaitMs) },
      ]}
    />
  );
}

/** Refusals, client retries and server requeues of each stretch. */
export function RefusalsTable({ flow }: { flow: FlowTimeline }) {
  return (
    <Table<FlowPoint>
      caption={`Refusals and repeats by stretches of ${formatSeconds(flow.binUs / 1e6)}; those without any are left out`}
      rows={flow.points.filter((point) => REPEAT_KINDS.some(({ name }) => point[name] > 0))}
      columns={[
        FROM,
        ...REPEAT_KINDS.map(({ name, label }): TableColumn<FlowPoint> => ({ heading: label, numeric: true, cell: (point) => formatNumber(point[name]) })),
      ]}
    />
  );
}
