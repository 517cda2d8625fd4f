import { formatDurationUs } from '../core/units.js';
import { ARRIVAL_KINDS, type ArrivalSpec, type BatchesSpec, type StagesSpec, type TraceSpec, type WantedValues } from './arrival-types.js';
import type { ScenarioPath } from './problems.js';
import { resolveLaw, unitUs } from './resolve-laws.js';
import type { ParsedScenario } from './schema.js';

type ParsedArrivals = NonNullable<ParsedScenario['workload']>[number]['arrivals'];
type Kind = (typeof ARRIVAL_KINDS)[number];

/** What may stand beside each kind. */
const BESIDE: Readonly<Record<Kind, readonly (keyof ParsedArrivals)[]>> = {
  burst: ['at'],
  rate: ['from', 'to'],
  poisson: ['from', 'to'],
  stages: ['startRate', 'process', 'from'],
  onOff: ['from', 'to'],
  batches: ['from', 'to'],
  closedLoop: ['from', 'to'],
  trace: ['columns', 'serviceUnit', 'serviceOffset', 'serviceFactor', 'where', 'accountLimit', 'from', 'speed', 'loop', 'slice', 'badRows'],
};

/** Phases of an on/off process pass one by one, requests or not. */
const MOST_PHASES = 1_000_000;

/** Hears of what is wrong. @param hangsOn what else it depends on: when that is wrong already, nothing is said */
export type Complain = (path: ScenarioPath, message: string, aboutName?: boolean, hangsOn?: readonly ScenarioPath[]) => void;

/** Turns parsed arrivals into a spec. What does not fit together is complained about. */
export function resolveArrivals(arrivals: ParsedArrivals, path: ScenarioPath, complain: Complain): ArrivalSpec {
  // Exactly one is there: the schema has seen to it.
  const kind = ARRIVAL_KINDS.find((name) => arrivals[name] !== undefined) as Kind;
  for (const [name, value] of Object.entries(arrivals)) {
    const fits = name === kind || (BESIDE[kind] as readonly string[]).includes(name);
    if (value !== undefined && !fits) complain([...path, name], `expected no ${name} with ${kind} arrivals`, true, [[...path, kind]]);
  }
  const span = (): Span => spanOf(arrivals, path, complain);
  const { burst, rate, poisson, stages, onOff, batches, closedLoop } = arrivals;
  if (burst !== undefined) return { kind: 'burst', count: burst, atUs: arrivals.at ?? 0 };
  if (rate !== undefined) return { kind: 'constant', perSecond: rate, ...span() };
  if (poisson !== undefined) return { kind: 'poisson', perSecond: poisson, ...span() };
  if (stages !== undefined) return resolveStages(stages, arrivals, [...path, 'stages'], complain);
  if (onOff !== undefined) {
    const { onRate, offRate = 0, meanOn, meanOff } = onOff;
    const { fromUs, toUs } = span();
    if (toUs - fromUs > MOST_PHASES * (meanOn + meanOff))
      complain(
        [...path, 'onOff'],
        `expected phases so long that at most ${MOST_PHASES} of each fit between from and to: make meanOn or meanOff longer`,
        false,
        [
          [...path, 'from'],
          [...path, 'to'],
        ],
      );
    return { kind: 'onOff', onPerSecond: onRate, offPerSecond: offRate, meanOnUs: meanOn, meanOffUs: meanOff, fromUs, toUs };
  }
  if (batches !== undefined) return resolveBatches(batches, span());
  if (closedLoop !== undefined) return { kind: 'closedLoop', users: closedLoop.users, thinkTime: resolveLaw(closedLoop.thinkTime), ...span() };
  return resolveTrace(arrivals, path, complain);
}

/** When the last of them may come; of a recording only its reader knows. */
export function arrivalsEndUs(arrivals: ArrivalSpec): number {
  if (arrivals.kind === 'trace') return 0;
  return arrivals.kind === 'burst' ? arrivals.atUs : arrivals.toUs;
}

interface Span {
  readonly fromUs: number;
  readonly toUs: number;
}

function spanOf({ from = 0, to }: ParsedArrivals, path: ScenarioPath, complain: Complain): Span {
  if (to === undefined) complain([...path, 'to'], 'expected when the arrivals end, such as to: 10m, got nothing');
  else if (to <= from)
    complain([...path, 'to'], `expected the arrivals to end after they begin (from: ${formatDurationUs(from)}), got ${formatDurationUs(to)}`, false, [
      [...path, 'from'],
    ]);
  return { fromUs: from, toUs: to ?? from };
}

function resolveStages(stages: NonNullable<ParsedArrivals['stages']>, arrivals: ParsedArrivals, path: ScenarioPath, complain: Complain): StagesSpec {
  const { startRate = 0, from = 0, process = 'constant' } = arrivals;
  const lengthUs = stages.reduce((sum, stage) => sum + stage.duration, 0);
  if (lengthUs === 0) complain(path, 'expected stages that last longer than 0 in all');
  // The rate moves in straight lines, so it is above 0 somewhere if it is at either end of a stage that lasts.
  const everComes = stages.some(({ duration, target }, n) => duration > 0 && (target > 0 || (n === 0 ? startRate : (stages[n - 1]?.target ?? 0)) > 0));
  if (lengthUs > 0 && !everComes)
    complain(path, 'expected a target or a startRate above 0, or no request ever comes', false, [[...path.slice(0, -1), 'startRate']]);
  return {
    kind: 'stages',
    startPerSecond: startRate,
    stages: stages.map(({ duration, target }) => ({ durationUs: duration, perSecond: target })),
    process,
    fromUs: from,
    toUs: from + lengthUs,
  };
}

function resolveBatches({ rate, poisson, size }: NonNullable<ParsedArrivals['batches']>, span: Span): BatchesSpec {
  return {
    kind: 'batches',
    process: poisson === undefined ? 'constant' : 'poisson',
    perSecond: (poisson ?? rate) as number,
    size: typeof size === 'number' ? { kind: 'constant', count: size } : { kind: 'geometric', mean: size.geometric.mean },
    ...span,
  };
}

function resolveTrace(arrivals: ParsedArrivals, path: ScenarioPath, complain: Complain): TraceSpec {
  const { columns, slice } = arrivals;
  if (columns === undefined) complain([...path, 'columns'], 'expected the columns of the trace, at least { arrival: … }, got nothing');
  else if (columns.service === undefined) {
    for (const name of ['serviceUnit', 'serviceOffset', 'serviceFactor'] as const)
      if (arrivals[name] !== undefined) complain([...path, name], `expected no ${name} without a service column`, true, [[...path, 'columns', 'service']]);
  }
  return {
    kind: 'trace',
    file: arrivals.trace as string,
    arrivalColumn: columns?.arrival ?? '',
    serviceColumn: columns?.service,
    serviceUnitUs: unitUs(arrivals.serviceUnit),
    serviceOffsetUs: arrivals.serviceOffset ?? 0,
    ...(arrivals.serviceFactor === undefined ? {} : { serviceFactor: arrivals.serviceFactor }),
    accountColumn: columns?.account,
    endpointColumn: columns?.endpoint,
    ...(arrivals.where === undefined ? {} : { where: wantedValues(arrivals.where) }),
    accountLimit: arrivals.accountLimit,
    speed: arrivals.speed ?? 1,
    loop: arrivals.loop ?? 1,
    slice: slice === undefined ? undefined : { fromUs: slice.from ?? 0, toUs: slice.to },
    ...(arrivals.from === undefined ? {} : { fromUs: arrivals.from }),
    badRows: arrivals.badRows ?? 'error',
  };
}

function wantedValues(where: NonNullable<ParsedArrivals['where']>): WantedValues[] {
  return Object.entries(where).map(([column, wanted]) => ({
    column,
    values: (Array.isArray(wanted) ? wanted : [wanted]).map((value) => String(value).trim()),
  }));
}
