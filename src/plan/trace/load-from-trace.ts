import { PRESETS, type PresetName } from '../../core/policy.js';
import { formatDurationUs } from '../../core/units.js';
import { mostPerSecond, offeredSlots } from '../../measure/capacity/little.js';
import type { LoadFacts, Overload, TraceFacts } from '../../measure/capacity/plan-result.js';
import { leftOut } from '../../measure/capacity/recorded-rows.js';
import { columnsOfTrace, overlookTrace, type TraceSource } from '../../sim/trace.js';
import { lastingGhosts } from '../dial-parts.js';
import { checkDials } from '../dials.js';
import { pointOf } from '../load-from-setting.js';
import { type DialName, type Dials, type LoadClass, MOST_CLASSES, type PlannedLoad } from '../point.js';
import { sha256OfRecording } from '../recordings.js';
import type { Slos } from '../slos.js';
import { RecordedLoad } from './recorded-load.js';
import { ENDPOINT, scenarioOfTrace } from './scenario-of-trace.js';
import { type TraceLoadOptions, traceSpecOf } from './trace-options.js';

export type { TraceLoadOptions } from './trace-options.js';

/** Recorded traffic that can be planned with, and cut into pieces. */
export interface TraceLoad extends PlannedLoad {
  readonly options: TraceLoadOptions;
  readonly slos: Slos;
  readonly source: TraceSource;
  readonly recorded: RecordedLoad;
}

/**
 * Recorded traffic as the load of a plan.
 * @throws TraceError for a trace that cannot be used, and for one of which nobody knows how long its requests take
 */
export function loadOfTrace(options: TraceLoadOptions, slos: Slos, source: TraceSource): TraceLoad {
  const spec = traceSpecOf(options, source);
  const columns = columnsOfTrace(spec, source);
  const recorded = new RecordedLoad(columns, options.slice, options.serviceMs);
  // What is wrong with an empty slice, it says itself.
  if (recorded.used === 0) overlookTrace(spec, source);
  return new RecordedTraffic(options, slos, source, recorded, sha256OfRecording(options.file, source));
}

/** The same trace, another part of it or other rows. @param changes their slice counts from the first row of `load` */
export function partOfTrace(load: TraceLoad, changes: Partial<TraceLoadOptions>): TraceLoad {
  const asked = { ...load.options, ...changes };
  const isSamePart = changes.where === undefined && !('tenantColumn' in changes);
  const columns = isSamePart ? load.recorded.columns : columnsOfTrace(traceSpecOf(asked, load.source), load.source);
  const options = { ...asked, slice: sliceFrom(asked.slice, (columns.atUs[0] ?? 0) - load.recorded.firstUs) };
  const recorded = new RecordedLoad(columns, options.slice, options.serviceMs);
  return new RecordedTraffic(options, load.slos, load.source, recorded, load.facts.trace?.sha256 ?? '');
}

/** The same window for rows that begin later: a slice counts from the first of them. */
function sliceFrom(slice: TraceLoadOptions['slice'], laterUs: number): TraceLoadOptions['slice'] {
  return slice === undefined ? undefined : { fromUs: Math.max(0, slice.fromUs - laterUs), toUs: slice.toUs - laterUs };
}

class RecordedTraffic implements TraceLoad {
  readonly isRecorded = true;
  readonly facts: LoadFacts;
  readonly dials: ReadonlySet<DialName>;
  readonly classes: readonly LoadClass[] | undefined;
  /** The most work first; of a trace without such a column one stands for all. */
  private readonly endpoints: readonly string[];
  /** All work of the account that has most of it. */
  private readonly busiestWorkMs: number;

  constructor(
    readonly options: TraceLoadOptions,
    readonly slos: Slos,
    readonly source: TraceSource,
    readonly recorded: RecordedLoad,
    sha256: string,
  ) {
    const accounts = recorded.sharesBy('accounts');
    const endpoints = options.endpointColumn === undefined ? [] : recorded.sharesBy('endpoints');
    this.endpoints = endpoints.length === 0 ? [ENDPOINT] : endpoints.slice(0, MOST_CLASSES).map(({ name }) => name);
    this.busiestWorkMs = accounts[0]?.workMs ?? 0;
    const facts = factsOf(options, recorded, { sha256, accounts: accounts.length, endpoints: endpoints.length });
    const share = this.busiestWorkMs / (recorded.meanServiceMs * recorded.used);
    this.facts = options.tenantColumn === undefined ? facts : { ...facts, busiestOfferedSlots: facts.offeredSlots * share };
    this.dials = dialsOf(options, recorded, endpoints.length);
    this.classes = endpoints.length < 2 ? undefined : endpoints.slice(0, MOST_CLASSES).map((share) => classOf(share, this.facts, recorded.used));
  }

  /**
   * A recording is over some day, and what exceeds its limit waits until then: that can be simulated, unless all of it asks
   * again every minute for days.
   */
  overload({ limit, ghosts = 0, rateFactor = 1, serviceFactor = 1, waiting }: Dials): Overload | undefined {
    const { recorded, options } = this;
    const free = Math.max(0, limit - lastingGhosts(ghosts, PRESETS[this.policy].policy));
    const spanMs = recorded.spanMs / (options.speed ?? 1) / rateFactor + recorded.longestMs * serviceFactor;
    const offered = (this.busiestWorkMs * serviceFactor) / spanMs;
    if (offered <= free) return undefined;
    const asksAgain = (waiting ?? this.waiting) === 'backoff';
    const meanWaitMs = (spanMs * (offered - free)) / free / 2;
    const canBeSimulated = free > 0 && !(asksAgain && recorded.used * (meanWaitMs / RETRY_MS) > MOST_RETRIES);
    if (canBeSimulated) return undefined;
    return { offeredSlots: offered, limit: free, mostPerSecond: mostPerSecond(free, this.facts.meanServiceMs * serviceFactor) };
  }

  point(dials: Dials) {
    checkDials(dials, this.dials);
    for (const name of Object.keys(dials.endpointLimits ?? {}))
      if (!this.endpoints.includes(name)) throw new RangeError(`expected limits of ${this.endpoints.join(', ')}, got one of ${name}`);
    return pointOf(scenarioOfTrace(this.options, this.recorded, this.endpoints, dials, this.slos));
  }

  private get policy(): PresetName {
    return this.options.policy ?? 'fal-documented';
  }

  private get waiting(): string {
    return this.options.waiting ?? PRESETS[this.policy].policy.waiting;
  }
}

/** Who waits for long under the documented backoff asks again so often. */
const RETRY_MS = 60_000;
/** So many take about a second. */
const MOST_RETRIES = 3_000_000;

/** A ghost slot and a burst belong to one account; limits of endpoints to a trace that names several. */
function dialsOf({ tenantColumn }: TraceLoadOptions, { spanMs }: RecordedLoad, endpoints: number): ReadonlySet<DialName> {
  const dials = new Set<DialName>(['limit', 'serviceFactor', 'startTimeoutMs', 'call', 'waiting']);
  // An instant is no shorter at another speed.
  if (spanMs > 0) dials.add('rateFactor');
  if (tenantColumn === undefined) dials.add('ghosts').add('burst');
  if (endpoints >= 2) dials.add('endpointLimits');
  return dials;
}

function classOf({ name, requests, workMs }: { name: string; requests: number; workMs: number }, facts: LoadFacts, used: number): LoadClass {
  return { tag: 'endpoint', name, ratePerSecond: (facts.ratePerSecond * requests) / used, meanServiceMs: workMs / requests };
}

interface Counts {
  readonly sha256: string;
  readonly accounts: number;
  readonly endpoints: number;
}

function factsOf(options: TraceLoadOptions, recorded: RecordedLoad, { sha256, accounts, endpoints }: Counts): LoadFacts {
  const speed = options.speed ?? 1;
  const load = { ratePerSecond: recorded.ratePerSecond * speed, meanServiceMs: recorded.meanServiceMs };
  const { reading, count } = recorded.columns;
  const trace: TraceFacts = {
    file: options.file,
    sha256,
    rows: reading.rows,
    used: recorded.used,
    skipped: leftOut(reading.skipped, count - recorded.used),
    spanMs: recorded.spanMs / speed,
    ...(options.tenantColumn === undefined ? {} : { tenants: accounts }),
    ...(options.endpointColumn === undefined ? {} : { endpoints }),
    peakInFlight: recorded.peakInFlight(speed),
  };
  const text = textOf(options, recorded, load.ratePerSecond);
  const atOnce = recorded.spanMs === 0 ? { atOnce: recorded.used } : {};
  return {
    source: 'trace',
    text,
    ...load,
    ...atOnce,
    offeredSlots: offeredSlots(load),
    arrivalScv: recorded.arrivalScv,
    serviceScv: recorded.serviceScv,
    trace,
  };
}

function textOf(options: TraceLoadOptions, recorded: RecordedLoad, ratePerSecond: number): string {
  const { file, speed = 1, tenantColumn } = options;
  const name = file.split(/[\\/]/).at(-1) ?? file;
  const service = `${formatDurationUs(Math.round(recorded.meanServiceMs * 1000))} ${readAs(options)}`;
  const faster = speed === 1 ? '' : `, ${speed} times as fast`;
  const tenants = tenantColumn === undefined ? '' : `, by ${tenantColumn}`;
  if (recorded.spanMs === 0) return `${name}: ${recorded.used} requests at once, service ${service}${tenants}`;
  const span = formatDurationUs(Math.round((recorded.spanMs * 1000) / speed));
  return `${name}: ${recorded.used} requests in ${span}${faster}, ${Number(ratePerSecond.toPrecision(3))}/s, service ${service}${tenants}`;
}

const UNITS: Readonly<Record<string, string>> = { s: 'seconds', ms: 'milliseconds', us: 'microseconds' };

/** How its service times were read: a wrong unit shows in no other number. */
function readAs({ serviceColumn, serviceUnit = 's', serviceOffset }: TraceLoadOptions): string {
  if (serviceColumn === undefined) return 'each';
  const unit = Object.hasOwn(UNITS, serviceUnit) ? UNITS[serviceUnit] : `units of ${serviceUnit}`;
  return `mean (${JSON.stringify(serviceColumn)} read as ${unit}${serviceOffset === undefined ? '' : `, and ${serviceOffset} more`})`;
}
