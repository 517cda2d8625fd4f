import type { MinimalEvent, MinimalTrace } from '../../measure/minimal-trace.js';
import { formatNumber, formatSeconds, listOf, plural } from '../format.js';
import { Command, Fold, Table, type TableColumn, TextBlock } from './parts.js';

/** More lanes would be wider than the page; events say all of theirs in words. */
const MOST_LANES = 10;

/** The smallest story that still breaks the law: its events by lane, its scenario and the command that runs it. */
export function MinimalTraceFold({ trace, id }: { trace: MinimalTrace; id: string }) {
  const { invariant, requests, steps, seed, finished } = trace;
  return (
    <Fold summary={`Minimal trace: ${plural(requests, 'request')} and ${plural(steps, 'step')} are enough to violate ${invariant}`} open>
      <p>
        Shrunk from seed {seed}, as long as the same invariant breaks.
        {finished ? ' Nothing of it can be left out.' : ' The tries ran out before nothing could be left out: it may still get smaller.'}
      </p>
      <LaneTable trace={trace} />
      <Fold summary="The minimal scenario">
        <TextBlock id={id} label={`Minimal scenario that violates ${invariant}`} text={trace.scenario} />
        <Command text={trace.command} />
      </Fold>
    </Fold>
  );
}

function LaneTable({ trace: { events, eventsHidden, invariant } }: { trace: MinimalTrace }) {
  const lanes = lanesOf(events);
  const shown = lanes.slice(0, MOST_LANES);
  const left = [
    ...(eventsHidden > 0 ? [`${plural(eventsHidden, 'more event')} left out`] : []),
    ...(lanes.length > shown.length ? [`lanes without a column: ${listOf(lanes.slice(MOST_LANES))}`] : []),
  ];
  return (
    <div class="trace">
      <Table<MinimalEvent>
        caption={`Events by lane; ● takes part, ✗ breaks ${invariant}${left.length === 0 ? '' : ` (${left.join('; ')})`}`}
        rows={events}
        rowClass={(event) => (event.violates ? 'fail' : '')}
        columns={[
          { heading: 'Event', numeric: true, names: true, cell: (event) => formatNumber(event.number) },
          { heading: 'Virtual time', numeric: true, cell: (event) => formatSeconds(event.atUs / 1e6) },
          ...shown.map((lane): TableColumn<MinimalEvent> => ({ heading: lane, cell: (event) => <LaneMark event={event} lane={lane} /> })),
          { heading: 'What happened', cell: (event) => `${event.violates ? '✗ ' : ''}${event.text}` },
        ]}
      />
    </div>
  );
}

function LaneMark({ event, lane }: { event: MinimalEvent; lane: string }) {
  if (!event.lanes.includes(lane)) return null;
  return (
    <span role="img" class={event.violates ? 'lane-mark fail' : 'lane-mark'} aria-label={event.violates ? 'breaks the law' : 'takes part'}>
      {event.violates ? '✗' : '●'}
    </span>
  );
}

/** In the order in which they first take part. */
function lanesOf(events: readonly MinimalEvent[]): string[] {
  return [...new Set(events.flatMap(({ lanes }) => lanes))];
}
