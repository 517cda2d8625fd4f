import type { TraceLoadOptions } from '../../plan/trace/trace-options.js';
import { shellWord } from '../../shell-commands.js';
import type { TraceColumns } from '../../sim/trace.js';
import { firstFrom } from '../../sim/trace-columns.js';
import { UsageError } from '../failures.js';
import { columnsIn, sliceIn } from '../plan/trace-words.js';
import type { FitArguments } from './options.js';

/** How the flags say that the trace is read. @throws UsageError */
export function optionsOf(given: FitArguments): TraceLoadOptions {
  const serviceColumn = given['service-column'];
  for (const name of ['service-unit', 'service-offset'] as const) {
    if (given[name] !== undefined && serviceColumn === undefined)
      throw new UsageError(`--${name} says how a column is read, but there is none: add --service-column NAME, or leave --${name} out`);
  }
  return {
    file: given.trace,
    arrivalColumn: given['arrival-column'],
    serviceColumn,
    serviceUnit: given['service-unit'],
    serviceOffset: given['service-offset'],
    serviceMs: given.service?.value,
    tenantColumn: given.by,
    endpointColumn: given['endpoint-column'],
    where: given.where === undefined ? undefined : columnsIn(given.where),
    badRows: given['bad-rows'],
    slice: given.slice === undefined ? undefined : sliceIn(given.slice),
  };
}

/** The rows of the slice. */
export function fittedPart(columns: TraceColumns, slice: TraceLoadOptions['slice']): TraceColumns {
  if (slice === undefined) return columns;
  const firstUs = columns.atUs[0] ?? 0;
  const from = firstFrom(columns.atUs, firstUs + slice.fromUs);
  const to = firstFrom(columns.atUs, firstUs + slice.toUs);
  return {
    ...columns,
    count: to - from,
    lines: columns.lines.subarray(from, to),
    atUs: columns.atUs.subarray(from, to),
    serviceUs: columns.serviceUs.subarray(from, to),
    accounts: columns.accounts.subarray(from, to),
    endpoints: columns.endpoints.subarray(from, to),
  };
}

/** The arrivals of a scenario that replays the trace, but for its path: everything shares one account, whoever asked. */
export function replayOf({ arrivalColumn, serviceColumn, serviceUnit, serviceOffset, where, slice, badRows }: TraceLoadOptions): Record<string, unknown> {
  return {
    columns: { arrival: arrivalColumn, ...(serviceColumn === undefined ? {} : { service: serviceColumn }) },
    ...(serviceUnit === undefined ? {} : { serviceUnit }),
    ...(serviceOffset === undefined ? {} : { serviceOffset }),
    ...(where === undefined ? {} : { where }),
    ...(slice === undefined ? {} : { slice: { from: `${slice.fromUs}us`, to: `${slice.toUs}us` } }),
    badRows,
  };
}

const WORDS = ['arrival-column', 'service-column', 'service-unit', 'service-offset', 'by', 'endpoint-column', 'slice'] as const;

/** The command that makes the fit again, without where it writes. */
export function commandOf(given: FitArguments): string {
  return commandWith(['npx', 'slotstorm', 'fit', given.trace], given, []);
}

/** The command that plans with the trace itself; the promise is an example. */
export function planCommandOf(given: FitArguments): string {
  return commandWith(['npx', 'slotstorm', 'plan', '--trace', given.trace], given, ['--slo', 'p(95)<5s']);
}

function commandWith(head: readonly string[], given: FitArguments, tail: readonly string[]): string {
  const words = [...head];
  for (const name of WORDS) if (given[name] !== undefined) words.push(`--${name}`, given[name]);
  for (const where of given.where ?? []) words.push('--where', where);
  if (given.service !== undefined) words.push('--service', given.service.text);
  if (given['bad-rows'] === 'error') words.push('--bad-rows', 'error');
  return [...words, ...tail].map((word) => shellWord(word)).join(' ');
}
