import type { PresetName } from '../../core/policy.js';
import { parseDurationUs } from '../../core/units.js';
import type { TraceSpec } from '../../scenario/arrival-types.js';
import { showValue } from '../../scenario/problems.js';
import { unitUs } from '../../scenario/resolve-laws.js';
import { TraceError, type TraceSource } from '../../sim/trace.js';
import { arrivalColumnsAmong, columnsIn, serviceColumnsAmong } from '../../sim/trace-header.js';

/** Recorded traffic as the load of a plan, and the platform that is to carry it. */
export interface TraceLoadOptions {
  /** CSV or NDJSON, by its ending. */
  readonly file: string;
  /** Instants of arrival. Without it the error proposes columns. */
  readonly arrivalColumn?: string | undefined;
  /** Service times, or what they are made of; without it `serviceMs` stands in. */
  readonly serviceColumn?: string | undefined;
  /** One unit of that column: `s` (the default), `ms`, `us`, or a duration such as `20ms`. */
  readonly serviceUnit?: string | undefined;
  /** What every request takes on top of it: `200ms`. */
  readonly serviceOffset?: string | undefined;
  /** ms; all requests take the same. */
  readonly serviceMs?: number | undefined;
  /** Each of its values is an account of its own, all with the same limit; without it all rows share one account. */
  readonly tenantColumn?: string | undefined;
  readonly endpointColumn?: string | undefined;
  /** Only rows that have one of the values in each of these columns. */
  readonly where?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Rows that cannot be used: left out and counted (the default), or an error. */
  readonly badRows?: 'error' | 'skip' | undefined;
  /** Replayed this many times as fast; undefined: 1. */
  readonly speed?: number | undefined;
  /** µs since the first arrival, at the recorded speed. */
  readonly slice?: { readonly fromUs: number; readonly toUs: number } | undefined;
  /** undefined: `fal-documented`. */
  readonly policy?: PresetName | undefined;
  /** undefined: the policy's own. */
  readonly waiting?: 'backoff' | 'fifo' | undefined;
}

/** How the trace is read, with nothing turned. @throws TraceError that proposes columns where none was named */
export function traceSpecOf(options: TraceLoadOptions, source: TraceSource): TraceSpec {
  const { file, arrivalColumn, serviceColumn, serviceMs } = options;
  if (arrivalColumn === undefined) throw new TraceError(whichArrivals(file, source));
  if (serviceColumn === undefined && serviceMs === undefined) throw new TraceError(whichService(file, arrivalColumn, source));
  return {
    kind: 'trace',
    file,
    arrivalColumn,
    serviceColumn,
    serviceUnitUs: unitOf(options),
    serviceOffsetUs: offsetOf(options),
    accountColumn: options.tenantColumn,
    endpointColumn: options.endpointColumn,
    ...(options.where === undefined ? {} : { where: Object.entries(options.where).map(([column, values]) => ({ column, values })) }),
    accountLimit: undefined,
    speed: options.speed ?? 1,
    loop: 1,
    slice: options.slice,
    badRows: options.badRows ?? 'skip',
  };
}

function unitOf({ file, serviceUnit = 's' }: TraceLoadOptions): number {
  if (serviceUnit === 's' || serviceUnit === 'ms' || serviceUnit === 'us') return unitUs(serviceUnit);
  const us = parseDurationUs(serviceUnit);
  if (us !== undefined && us > 0) return us;
  throw new TraceError(
    `trace ${file}: expected a unit of the service column: s, ms, us, or a duration such as 20ms (a token takes so long), got ${showValue(serviceUnit)}`,
  );
}

function offsetOf({ file, serviceOffset }: TraceLoadOptions): number {
  if (serviceOffset === undefined) return 0;
  const us = parseDurationUs(serviceOffset);
  if (us !== undefined && us >= 0) return us;
  throw new TraceError(`trace ${file}: expected what is added to each service time as a duration such as 200ms, got ${showValue(serviceOffset)}`);
}

function whichArrivals(file: string, source: TraceSource): string {
  const columns = columnsIn(file, source);
  const likely = arrivalColumnsAmong(columns);
  const hint = likely.length === 0 ? 'none of them looks like instants' : `--arrival-column ${likely.map(showValue).join(' or ')} looks right`;
  return `trace ${file}: expected the column with the arrival times (--arrival-column), got none; the file has ${namesOf(columns)}; ${hint}`;
}

function whichService(file: string, arrivalColumn: string, source: TraceSource): string {
  const columns = columnsIn(file, source);
  const likely = serviceColumnsAmong(columns.filter(({ name }) => name !== arrivalColumn));
  const hint = likely.length === 0 ? '' : ` --service-column ${likely.map(showValue).join(' or ')} may be right;`;
  return (
    `trace ${file}: expected service times, got none: without them nobody can say how many slots are needed; the file has ${namesOf(columns)};${hint} ` +
    'where they must be derived, say how: --service-column GeneratedTokens --service-unit 20ms --service-offset 200ms; or let all requests take the same: --service 12s'
  );
}

function namesOf(columns: readonly { readonly name: string }[]): string {
  return columns
    .slice(0, 20)
    .map(({ name }) => showValue(name))
    .join(', ');
}
