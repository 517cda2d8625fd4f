import { Fold, Table } from '../../report/html/parts.js';

/** A day of usage with its date, `2026-11-22`. */
export interface ChartDay {
  readonly date: string;
  /** undefined: before the first day of the data. */
  readonly peak: number | undefined;
}

const WIDTH = 720;
const HEIGHT = 220;
const LEFT = 36;
const RIGHT = 8;
const TOP = 18;
const BOTTOM = 26;
const GAP = 3;
const TICKS = 4;

/** The most slots in use on each day, against the limit. Drawn on the server; the table below says the same. */
export function HistoryChart({ days, limit }: { days: readonly ChartDay[]; limit: number }) {
  const scale = new ChartScale(days, limit);
  const known = days.filter((day): day is ChartDay & { peak: number } => day.peak !== undefined);
  return (
    <figure class="history">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-labelledby="history-title history-summary">
        <title id="history-title">The most slots in use, by day</title>
        {scale.ticks.map((slots) => (
          <g>
            <line class="grid" x1={LEFT} x2={WIDTH - RIGHT} y1={scale.y(slots)} y2={scale.y(slots)} />
            <text x={LEFT - 8} y={scale.y(slots) + 4} text-anchor="end">
              {slots}
            </text>
          </g>
        ))}
        {days.map((day, at) => (
          <DayBar day={day} at={at} scale={scale} />
        ))}
        <line class="limit" x1={LEFT} x2={WIDTH - RIGHT} y1={scale.y(limit)} y2={scale.y(limit)} />
        <text class="limit-label" x={LEFT + 4} y={scale.y(limit) - 6}>
          limit {limit}
        </text>
      </svg>
      <p id="history-summary" class="summary">
        {summaryOf(known, days.length, limit)}
      </p>
      <Fold summary="Numbers">
        <Table
          caption="The most slots in use at once, by day (UTC)"
          columns={[
            { heading: 'Day', names: true, cell: (day) => day.date },
            { heading: 'Peak', numeric: true, cell: (day) => String(day.peak) },
          ]}
          rows={known.toReversed()}
        />
      </Fold>
    </figure>
  );
}

function DayBar({ day, at, scale }: { day: ChartDay; at: number; scale: ChartScale }) {
  const x = LEFT + at * scale.step;
  const isLabelled = at % 7 === (scale.days - 1) % 7;
  const peak = day.peak ?? 0;
  const top = Math.min(scale.y(peak), scale.y(0) - 2);
  return (
    <g>
      <rect
        class={day.peak === undefined || peak === 0 ? 'none' : 'bar'}
        x={round(x + GAP / 2)}
        width={round(scale.step - GAP)}
        y={round(top)}
        height={round(scale.y(0) - top)}
        rx={2}
      >
        <title>{`${day.date}: ${day.peak ?? 'no data'}`}</title>
      </rect>
      {isLabelled ? (
        <text
          class={at === scale.days - 1 ? undefined : 'day'}
          x={round(x + scale.step / 2)}
          y={HEIGHT - 6}
          text-anchor={at === scale.days - 1 ? 'end' : 'middle'}
        >
          {at === scale.days - 1 ? 'today' : day.date.slice(5)}
        </text>
      ) : null}
    </g>
  );
}

class ChartScale {
  readonly step: number;
  readonly days: number;
  readonly ticks: readonly number[];
  private readonly most: number;

  constructor(days: readonly ChartDay[], limit: number) {
    this.days = days.length;
    this.step = (WIDTH - LEFT - RIGHT) / days.length;
    const highest = Math.max(limit, ...days.map(({ peak }) => peak ?? 0), 1);
    const tick = Math.max(1, Math.ceil(highest / TICKS));
    this.most = Math.max(highest, tick);
    this.ticks = Array.from({ length: Math.floor(this.most / tick) + 1 }, (_, n) => n * tick);
  }

  y(slots: number): number {
    return round(HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * slots) / this.most);
  }
}

function summaryOf(known: readonly { readonly date: string; readonly peak: number }[], shown: number, limit: number): string {
  const highest = known.reduce((best, day) => (day.peak > best.peak ? day : best), { date: '', peak: 0 });
  if (highest.peak === 0) return `No slot was used in the last ${shown} days.`;
  const atLimit = known.filter(({ peak }) => peak >= limit).length;
  const often =
    atLimit === 0 ? 'The limit was never met.' : `The limit of today was met on ${atLimit} of ${known.length} ${known.length === 1 ? 'day' : 'days'}.`;
  return `Peak of the last ${shown} days: ${highest.peak} on ${highest.date}. ${often}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
