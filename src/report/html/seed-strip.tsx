import { formatNumber, plural } from '../format.js';
import { intervalText } from '../seed-lines.js';
import { formatSeries, type SeedSeries, type SeriesLimit, seriesTitle } from '../seed-series.js';
import type { Dot, Strip, StripRow } from '../seed-strips.js';

/** Across in shares of the width and down in pixels, so that dots and words keep their size on every screen. */
const HEIGHT_PX = 54;
const MIDDLE_PX = 29;
const HALF_BRACKET_PX = 12;
const HALF_BAND_PX = 6;
/** At both ends, so that no mark is cut off. */
const PAD_PERCENT = 2;
/** Dots of neighbouring seeds stand at different heights, so that equal values stay apart. */
const LIFTS_PX = [0, -5, 5, -2.5, 2.5];
const LABEL_PX = 11;

/** One row of dots a variant, on one shared scale. The tables below hold the numbers. */
export function StripPlot({ strip }: { strip: Strip }) {
  const { series, from, to } = strip;
  const x = (value: number): number => Number((PAD_PERCENT + (to === from ? 0 : (value - from) / (to - from)) * (100 - 2 * PAD_PERCENT)).toFixed(2));
  return (
    <figure class="strip">
      <figcaption>
        {seriesTitle(series)} <span class="range">{`axis from ${formatSeries(from, series)} to ${formatSeries(to, series)}`}</span>
      </figcaption>
      {strip.rows.map((row) => (
        <div class="strip-row">
          <span>{row.title}</span>
          {row.statistics === undefined ? <span class="muted">no samples in any seed</span> : <Row row={row} series={series} x={x} to={to} />}
        </div>
      ))}
    </figure>
  );
}

/** Where a value stands, in percent of the width. */
type Scale = (value: number) => number;

function Row({ row, series, x, to }: { row: StripRow; series: SeedSeries; x: Scale; to: number }) {
  return (
    <svg height={HEIGHT_PX} role="img" aria-label={`${row.title}, ${seriesTitle(series)}: ${rowText(row, series)}`}>
      <Line from={PAD_PERCENT} to={100 - PAD_PERCENT} look="strip-axis" />
      <Bands row={row} x={x} />
      {row.dots.map((dot, at) => (
        <DotMark dot={dot} x={x(dot.value)} y={MIDDLE_PX + (LIFTS_PX[at % LIFTS_PX.length] as number)} series={series} />
      ))}
      <Numbers dots={row.dots.filter(({ run }) => run.verdict !== 'pass')} x={x} />
      <Interval row={row} x={x} />
      <Limits limits={row.limits.filter(({ limit }) => limit <= to)} x={x} />
    </svg>
  );
}

/** Level, at the middle unless told. */
function Line({ from, to, y = MIDDLE_PX, look }: { from: number; to: number; y?: number; look: string }) {
  return <line x1={`${from}%`} x2={`${to}%`} y1={y} y2={y} class={look} />;
}

/** Upright, so far up and down from the middle. */
function Tick({ x, half, look }: { x: number; half: number; look: string }) {
  return <line x1={`${x}%`} x2={`${x}%`} y1={MIDDLE_PX - half} y2={MIDDLE_PX + half} class={look} />;
}

/** The same in words: for those who cannot see it. */
function rowText({ seeds, statistics, dots, bands, limits }: StripRow, series: SeedSeries): string {
  if (statistics === undefined) return 'no samples';
  const failed = dots.filter(({ run }) => run.verdict !== 'pass').length;
  const parts = [
    `${formatNumber(statistics.n)} of ${plural(seeds, 'seed')}`,
    `mean ${formatSeries(statistics.mean, series)}, 95 % interval ${intervalText(statistics, series)}`,
    `${formatSeries(statistics.min, series)} to ${formatSeries(statistics.max, series)}`,
    ...limits.map(({ expression }) => `threshold ${expression}`),
    ...(failed > 0 ? [`${plural(failed, 'cross', 'crosses')} for seeds that did not pass`] : []),
    ...(bands === undefined ? [] : ['drawn as bands of quantiles']),
  ];
  return parts.join('; ');
}

/** From the lowest to the highest seed as a line, 5 % to 95 % as a band, the middle half as a darker one. */
function Bands({ row: { bands, statistics }, x }: { row: StripRow; x: Scale }) {
  if (bands === undefined || statistics === undefined) return null;
  const [low, quarter, threeQuarters, high] = bands.map(x) as [number, number, number, number];
  return (
    <>
      <Line from={x(statistics.min)} to={x(statistics.max)} look="band-range" />
      <Band from={low} to={high} />
      <Band from={quarter} to={threeQuarters} />
      <Tick x={x(statistics.med)} half={HALF_BAND_PX} look="band-median" />
    </>
  );
}

function Band({ from, to }: { from: number; to: number }) {
  return <rect x={`${from}%`} width={`${Number((to - from).toFixed(2))}%`} y={MIDDLE_PX - HALF_BAND_PX} height={2 * HALF_BAND_PX} class="band" />;
}

/** The interval of the mean as a bracket with the mean in it: it is about the mean, not about single seeds. */
function Interval({ row: { statistics }, x }: { row: StripRow; x: Scale }) {
  if (statistics === undefined || statistics.low == null || statistics.high == null) return null;
  const [low, high] = [x(statistics.low), x(statistics.high)];
  return (
    <>
      <Tick x={low} half={HALF_BRACKET_PX} look="interval" />
      <Tick x={high} half={HALF_BRACKET_PX} look="interval" />
      <Line from={low} to={high} y={MIDDLE_PX - HALF_BRACKET_PX} look="interval" />
      <Line from={low} to={high} y={MIDDLE_PX + HALF_BRACKET_PX} look="interval" />
      <Tick x={x(statistics.mean)} half={HALF_BRACKET_PX + 3} look="interval" />
    </>
  );
}

/** One label for all of a row, so that close ones do not lie on each other. */
function Limits({ limits, x }: { limits: readonly SeriesLimit[]; x: Scale }) {
  if (limits.length === 0) return null;
  const places = limits.map(({ limit }) => x(limit));
  const toTheLeft = Math.max(...places) > 50;
  return (
    <>
      {places.map((place) => (
        <line x1={`${place}%`} x2={`${place}%`} y1={1} y2={HEIGHT_PX - 1} class="strip-limit" />
      ))}
      <text
        x={`${toTheLeft ? Math.min(...places) : Math.max(...places)}%`}
        dx={toTheLeft ? -5 : 5}
        y={LABEL_PX}
        text-anchor={toTheLeft ? 'end' : 'start'}
        class="strip-label"
      >
        {limits.map(({ expression }) => expression).join(', ')}
      </text>
    </>
  );
}

/** More numbers than these lie on each other. */
const MOST_NUMBERS = 12;
/** Two numbers closer than this, percent of the width, lie on each other. */
const NUMBER_WIDTH = 4;

/** Which seeds did not pass, under their crosses. */
function Numbers({ dots, x }: { dots: readonly Dot[]; x: Scale }) {
  let end = -NUMBER_WIDTH;
  const apart = dots
    .map(({ run, value }) => ({ seed: run.seed, place: x(value) }))
    .toSorted((one, other) => one.place - other.place)
    .filter(({ place }) => {
      const fits = place - end >= NUMBER_WIDTH;
      if (fits) end = place;
      return fits;
    });
  return (
    <>
      {apart.slice(0, MOST_NUMBERS).map(({ seed, place }) => (
        <text x={`${place}%`} y={HEIGHT_PX - 1} text-anchor="middle" class="strip-seed" data-seed={seed}>
          {seed}
        </text>
      ))}
    </>
  );
}

function DotMark({ dot: { run, value }, x, y, series }: { dot: Dot; x: number; y: number; series: SeedSeries }) {
  const text = `seed ${run.seed}: ${formatSeries(value, series)}`;
  if (run.verdict === 'pass') {
    return (
      <circle cx={`${x}%`} cy={y} r={4} class="dot" data-seed={run.seed}>
        <title>{text}</title>
      </circle>
    );
  }
  return (
    <svg x={`${x}%`} y={y} data-seed={run.seed}>
      <title>{`${text}, ${run.verdict === 'fail' ? 'failed' : 'undecided'}`}</title>
      <path d="M-4 -4L4 4M4 -4L-4 4" class="cross" />
    </svg>
  );
}
