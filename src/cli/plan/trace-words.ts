import { parseDurationUs } from '../../core/units.js';
import type { TraceLoadOptions } from '../../plan/trace/load-from-trace.js';
import { UsageError } from '../failures.js';
import type { PlanArguments } from './options.js';

/** How the flags say that a trace is read. @throws UsageError */
export function traceOptionsOf(file: string, given: PlanArguments): TraceLoadOptions {
  return {
    file,
    arrivalColumn: given['arrival-column'],
    serviceColumn: given['service-column'],
    serviceUnit: given['service-unit'],
    serviceOffset: given['service-offset'],
    serviceMs: given.service?.value,
    tenantColumn: given.by,
    endpointColumn: given['endpoint-column'],
    where: given.where === undefined ? undefined : columnsIn(given.where),
    slice: given.slice === undefined ? undefined : sliceIn(given.slice),
    badRows: given['bad-rows'],
    policy: given.policy,
    waiting: given.waiting,
  };
}

/** `status=SUCCEED`: of the same column any of its values will do. */
export function columnsIn(texts: readonly string[]): Record<string, readonly string[]> {
  const columns = new Map<string, string[]>();
  for (const text of texts) {
    const equals = text.indexOf('=');
    if (equals < 1) throw new UsageError(`--where: expected column=value such as predict_status=SUCCEED, got ${JSON.stringify(text)}`);
    const column = text.slice(0, equals);
    columns.set(column, [...(columns.get(column) ?? []), text.slice(equals + 1)]);
  }
  return Object.fromEntries(columns);
}

/** The longest that a scenario can say. */
const MOST_US = Number.MAX_SAFE_INTEGER;

/** `0s..6h`, `6h..`: from the first arrival on. */
export function sliceIn(text: string): { readonly fromUs: number; readonly toUs: number } {
  const [, from = '', to = ''] = /^(.*?)\.\.(.*)$/.exec(text) ?? [];
  const fromUs = from.trim() === '' ? 0 : parseDurationUs(from);
  const toUs = to.trim() === '' ? MOST_US : parseDurationUs(to);
  if (/\.\./.test(text) && fromUs !== undefined && toUs !== undefined && fromUs >= 0 && fromUs < toUs) return { fromUs, toUs };
  throw new UsageError(`--slice: expected a part of the trace from its first row on, such as 0s..6h, got ${JSON.stringify(text)}`);
}
