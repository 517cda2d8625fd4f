import type { TraceSpec } from '../scenario/arrival-types.js';
import type { TraceSource } from './table.js';
import { isInSlice, TraceCensus, type TraceOverview } from './trace-census.js';
import { type RowReport, rowsInOrder, type TraceRow } from './trace-rows.js';

export { TraceError, type TraceSource } from './table.js';
export type { TraceOverview } from './trace-census.js';

/** Rows that are out of order by at most this many places are put in order; memory is bounded by it. */
export const REORDER_WINDOW = 10_000;

/**
 * Reads a trace once without keeping it: how much of it can be used, from when to when. Whatever is wrong with it is found
 * here, before the run begins.
 * @throws TraceError for a row that cannot be used, unless `badRows` is skip, and for a trace of which nothing is left
 */
export function overlookTrace(spec: TraceSpec, source: TraceSource, window = REORDER_WINDOW): TraceOverview {
  const census = new TraceCensus(spec);
  for (const row of rowsInOrder(spec, source, window, census)) census.count(row);
  return census.overview();
}

/** The usable rows in order of arrival, all repetitions one after the other, from 0 µs on. @param overview of the same trace */
export function* replayTrace(spec: TraceSpec, source: TraceSource, overview: TraceOverview, window = REORDER_WINDOW): Generator<TraceRow> {
  const originUs = overview.firstUs + (spec.slice?.fromUs ?? 0);
  for (let play = 0; play < spec.loop; play++) {
    for (const row of rowsInOrder(spec, source, window, SILENT)) {
      const sinceFirstUs = row.atUs - overview.firstUs;
      if (spec.slice !== undefined && sinceFirstUs >= spec.slice.toUs) break;
      if (!isInSlice(spec, sinceFirstUs)) continue;
      yield { ...row, atUs: Math.round((row.atUs - originUs + play * overview.periodUs) / spec.speed) };
    }
  }
}

/** The first look has told everything. */
const SILENT: RowReport = { read: () => undefined, bad: () => undefined, reordered: () => undefined };
