import type { TraceSpec } from '../scenario/arrival-types.js';
import { LONGEST_US } from './duration-laws.js';
import type { KeptTraces } from './kept-traces.js';
import type { TraceSource } from './table.js';
import { isInSlice, TraceCensus, type TraceOverview } from './trace-census.js';
import { type TraceColumns, TraceColumnsMaker } from './trace-columns.js';
import { type RowReport, rowsInOrder, type TraceRow } from './trace-rows.js';

export { keepingTraces } from './kept-traces.js';
export { TraceError, type TraceSource } from './table.js';
export type { TraceOverview } from './trace-census.js';
export type { TraceColumns } from './trace-columns.js';

/** Rows that are out of order by at most this many places are put in order; memory is bounded by it. */
export const REORDER_WINDOW = 10_000;

/**
 * Reads a trace once: how much of it can be used, from when to when. Whatever is wrong with it is found here, before the
 * run begins. Its rows are kept only where the source keeps them.
 * @throws TraceError for a row that cannot be used, unless `badRows` is skip, and for a trace of which nothing is left
 */
export function overlookTrace(spec: TraceSpec, source: TraceSource, window = REORDER_WINDOW): TraceOverview {
  const { kept } = source;
  const known = kept?.find(spec, window);
  if (known !== undefined) return known.overview(spec);
  const census = new TraceCensus(spec);
  let maker = kept?.takes(spec, window, 0) === true ? new TraceColumnsMaker() : undefined;
  for (const row of rowsInOrder(spec, source, window, census)) {
    census.count(row);
    maker?.add(row);
    if (maker !== undefined && !(kept as KeptTraces).takes(spec, window, maker.count)) {
      kept?.giveUp(spec, window);
      maker = undefined;
    }
  }
  const overview = census.overview();
  if (maker !== undefined) kept?.keep(spec, window, maker.columns(census.reading));
  return overview;
}

/** All usable rows of a trace at once, whatever its slice. Memory: all of them. @throws TraceError as `overlookTrace` */
export function columnsOfTrace(spec: TraceSpec, source: TraceSource, window = REORDER_WINDOW): TraceColumns {
  const whole = { ...spec, slice: undefined };
  const known = source.kept?.find(whole, window);
  if (known !== undefined) return known.columns;
  const census = new TraceCensus(whole);
  const maker = new TraceColumnsMaker();
  for (const row of rowsInOrder(whole, source, window, census)) {
    census.count(row);
    maker.add(row);
  }
  census.overview();
  const columns = maker.columns(census.reading);
  if (source.kept?.takes(whole, window, columns.count) === true) source.kept.keep(whole, window, columns);
  return columns;
}

/** The usable rows in order of arrival, all repetitions one after the other, from `fromUs` on. @param overview of the same trace */
export function* replayTrace(spec: TraceSpec, source: TraceSource, overview: TraceOverview, window = REORDER_WINDOW): Generator<TraceRow> {
  const originUs = overview.firstUs + (spec.slice?.fromUs ?? 0);
  const { fromUs = 0, serviceFactor } = spec;
  for (let play = 0; play < spec.loop; play++) {
    for (const row of rowsOfSlice(spec, source, overview, window)) {
      const atUs = fromUs + Math.round((row.atUs - originUs + play * overview.periodUs) / spec.speed);
      yield { ...row, atUs, serviceUs: serviceFactor === undefined ? row.serviceUs : timesFactor(row.serviceUs, serviceFactor) };
    }
  }
}

/** NaN stays: nobody has recorded a service time. */
function timesFactor(serviceUs: number, factor: number): number {
  return Math.max(1, Math.min(LONGEST_US, Math.round(serviceUs * factor)));
}

function* rowsOfSlice(spec: TraceSpec, source: TraceSource, overview: TraceOverview, window: number): Generator<TraceRow> {
  const known = source.kept?.find(spec, window);
  if (known !== undefined) {
    yield* known.rows(spec);
    return;
  }
  for (const row of rowsInOrder(spec, source, window, SILENT)) {
    const sinceFirstUs = row.atUs - overview.firstUs;
    if (spec.slice !== undefined && sinceFirstUs >= spec.slice.toUs) return;
    if (isInSlice(spec, sinceFirstUs)) yield row;
  }
}

/** The first look has told everything. */
const SILENT: RowReport = { read: () => undefined, bad: () => undefined, leftOut: () => undefined, reordered: () => undefined };
