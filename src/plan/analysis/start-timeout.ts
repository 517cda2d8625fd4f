import { startTimeoutGuessMs } from '../../measure/capacity/erlang.js';
import type { InverseAnswer } from '../../measure/capacity/plan-result.js';
import { percentOf } from '../../measure/gate/percent.js';
import { requestsToShow, type ShareInterval } from '../../measure/gate/share-interval.js';
import { SDK_MIN_START_TIMEOUT_MS, SERVER_MIN_START_TIMEOUT_MS } from '../dials.js';
import { durationOfMs } from '../duration-words.js';
import type { Planning } from '../point.js';
import { shareOf, trendEstimate } from './estimates.js';
import { withoutDeadline } from './no-deadline.js';
import { grouped, number, shareWithBounds, time } from './words.js';

/** Times are rounded up to this, so that they can be written down and the same ones are asked for again. */
const STEP_MS = 10;
const FIRST_ROUND = 4;
/** Each halves what lies between, and is two settings at most. */
const ROUNDS = 8;
/** How much further the search goes where nothing was safe. */
const LONGER = 1.5;
/** Nearer than this two times are as good as one. */
const NEAR = 1.1;
/** How far the search begins to look where the queue would grow without end: so many mean service times. */
const MANY_SERVICES = 5;

interface Tried {
  readonly ms: number;
  readonly seeds: number;
  readonly dropped: ShareInterval | undefined;
  readonly standing: 'safe' | 'unsafe' | 'undecided';
}

/** The shortest start_timeout that drops less than a share of the requests at a limit. @param loss above 0, below 1 */
export async function startTimeout(planning: Planning, limit: number, loss: number): Promise<InverseAnswer> {
  const { facts } = planning.load;
  const guessMs = facts.atOnce === undefined ? startTimeoutGuessMs(facts, limit, loss) : Number.POSITIVE_INFINITY;
  const hopeless = hopelessAnswer(planning, limit, loss);
  if (hopeless !== undefined) return hopeless;
  const longestMs = await longestWaitMs(planning, limit);
  const search = new TimeoutSearch(planning, limit, loss, tooShortMs(planning, limit));
  await search.between(firstMs(guessMs, longestMs), longestMs);
  return answerOf(search, limit, loss, Number.isFinite(guessMs) ? guessMs : undefined);
}

/** Of more work than the limit can do some is never done, whatever the deadline. */
function hopelessAnswer({ load }: Planning, limit: number, loss: number): InverseAnswer | undefined {
  const overload = load.overload?.({ limit, startTimeoutMs: Number.POSITIVE_INFINITY });
  if (load.isRecorded || overload === undefined) return undefined;
  const least = 1 - overload.limit / overload.offeredSlots;
  if (least < loss) return undefined;
  const much = `${number(overload.offeredSlots)} slots' worth of work for ${overload.limit}`;
  return {
    question: 'start-timeout',
    title: titleOf(limit, loss),
    answer: `No start_timeout drops fewer than ${percentOf(loss)} of the requests at limit ${limit}: of ${much} at least ${percentOf(least)} is never done.`,
    columns: [],
    rows: [],
    notes: [],
  };
}

function titleOf(limit: number, loss: number): string {
  return `The shortest start_timeout that drops fewer than ${percentOf(loss)} of the requests at limit ${limit}`;
}

/** Where nobody is dropped, waits are at most what they are without any deadline. The load's own would hide them. */
async function longestWaitMs(planning: Planning, limit: number): Promise<number> {
  const free = withoutDeadline(planning, { limit });
  if (planning.load.overload?.(free) !== undefined) return planning.load.facts.meanServiceMs * MANY_SERVICES;
  const figures = await planning.figures(free, 'look');
  return trendEstimate(planning, figures, 'queue_latency', 'max')?.high ?? 0;
}

/** Well below the guess: it stands for waits in order, and dropped requests make those of the others shorter. */
function firstMs(guessMs: number, longestMs: number): number {
  return Math.min(Number.isFinite(guessMs) ? guessMs : longestMs, longestMs) / 4;
}

/** Tells the clients whose start_timeout the dial turns from all others: nobody writes such a time by hand. */
const NOBODYS_MS = 86_399_987.654;

/** The longest start_timeout that is refused: by the server, or already by the SDK that one of the clients calls with (js where none is named). */
function tooShortMs({ load }: Planning, limit: number): number {
  const { workload = [], steps = [] } = load.point({ limit, startTimeoutMs: NOBODYS_MS }).input as PointData;
  const turned = [...workload, ...steps].filter(({ startTimeout }) => startTimeout === durationOfMs(NOBODYS_MS));
  return turned.some(({ sdk }) => sdk !== 'none') ? SDK_MIN_START_TIMEOUT_MS : SERVER_MIN_START_TIMEOUT_MS;
}

/** A scenario file's data, as far as it is looked into here. */
interface PointData {
  readonly workload?: readonly ClientData[];
  readonly steps?: readonly ClientData[];
}

interface ClientData {
  readonly sdk?: unknown;
  readonly startTimeout?: unknown;
}

class TimeoutSearch {
  private readonly tried = new Map<number, Tried>();

  constructor(
    private readonly planning: Planning,
    private readonly limit: number,
    private readonly loss: number,
    /** None of that or less is taken. */
    readonly tooShortMs: number,
  ) {}

  async between(fromMs: number, toMs: number): Promise<void> {
    const from = Math.max(this.leastMs, fromMs);
    await this.try(geometric(from, Math.max(from, toMs), FIRST_ROUND));
    for (let round = 0; round < ROUNDS; round++) {
      const next = this.next();
      if (next.length === 0) return;
      await this.try(next);
    }
  }

  /**
   * The middles of two gaps: below the shortest safe time, and above the longest that drops too many. What lies between them
   * cannot be told, however often it is tried: on a stair of a backoff all times drop the same requests.
   */
  private next(): number[] {
    const { all, shortestSafe: safe, longestUnsafe: unsafe } = this;
    const longest = all.at(-1) as Tried;
    const below = all.findLast(({ ms }) => safe !== undefined && ms < safe.ms)?.ms ?? this.leastMs;
    const above = all.find(({ ms }) => unsafe !== undefined && ms > unsafe.ms)?.ms;
    const next: number[] = [];
    if (safe !== undefined && safe.ms > below * NEAR) next.push(Math.sqrt(safe.ms * below));
    if (unsafe !== undefined && above !== undefined && above > unsafe.ms * NEAR) next.push(Math.sqrt(unsafe.ms * above));
    // With so few that wait so long chance may see one more: only far beyond them none is left. Where none was dropped, more time changes nothing.
    if (safe === undefined && longest.dropped !== undefined && longest.dropped.k > 0) next.push(longest.ms * LONGER);
    return next;
  }

  private get leastMs(): number {
    return this.tooShortMs + STEP_MS;
  }

  get all(): readonly Tried[] {
    return [...this.tried.values()].sort((a, b) => a.ms - b.ms);
  }

  /** Safe, and so is everything longer that was tried. */
  get shortestSafe(): Tried | undefined {
    const { all } = this;
    return all[all.findLastIndex(({ standing }) => standing !== 'safe') + 1];
  }

  get longestUnsafe(): Tried | undefined {
    return this.all.findLast(({ standing }) => standing === 'unsafe');
  }

  private async try(times: readonly number[]): Promise<void> {
    const fresh = [...new Set(times.map(written))].filter((ms) => !this.tried.has(ms));
    await this.planning.judge(
      fresh.map((startTimeoutMs) => ({ limit: this.limit, startTimeoutMs })),
      'look',
    );
    for (const ms of fresh) {
      this.planning.progress(`start_timeout of ${time(ms)}`);
      const figures = await this.planning.figures({ limit: this.limit, startTimeoutMs: ms }, 'look');
      const dropped = shareOf(this.planning, figures, 'start_timeouts');
      this.tried.set(ms, { ms, seeds: figures.length, dropped, standing: standingOf(dropped, this.loss) });
    }
  }
}

/** None seen says something only of enough requests (docs/gate.md, budgets). */
function standingOf(dropped: ShareInterval | undefined, loss: number): Tried['standing'] {
  if (dropped === undefined) return 'undecided';
  if (dropped.k === 0) return dropped.n >= requestsToShow(loss) ? 'safe' : 'undecided';
  if (dropped.high < loss) return 'safe';
  return dropped.low >= loss ? 'unsafe' : 'undecided';
}

function written(ms: number): number {
  return Math.ceil(ms / STEP_MS) * STEP_MS;
}

/** Both ends, and the rest between them in equal ratios. */
function geometric(from: number, to: number, count: number): number[] {
  const ratio = Math.log(to / from) / (count - 1);
  return Array.from({ length: count }, (_, at) => from * Math.exp(ratio * at));
}

function answerOf(search: TimeoutSearch, limit: number, loss: number, formula: number | undefined): InverseAnswer {
  const { shortestSafe: safe, longestUnsafe: unsafe } = search;
  const low = unsafe?.ms ?? search.tooShortMs;
  return {
    question: 'start-timeout',
    title: titleOf(limit, loss),
    answer: sentence(safe, unsafe, limit, loss),
    value: safe === undefined ? undefined : { estimate: { mean: safe.ms, low, high: safe.ms, seeds: safe.seeds }, unit: 'ms' },
    formula,
    columns: ['start_timeout', 'dropped', 'requests', 'is it safe'],
    rows: search.all.map((tried) => [
      time(tried.ms),
      tried.dropped === undefined ? '–' : shareWithBounds(tried.dropped),
      grouped(tried.dropped?.n ?? 0),
      WORDS[tried.standing],
    ]),
    notes: notesOf(search, loss, formula),
  };
}

const WORDS = { safe: 'yes', unsafe: 'no', undecided: 'cannot be told' } as const;

function sentence(safe: Tried | undefined, unsafe: Tried | undefined, limit: number, loss: number): string {
  if (safe === undefined) return `No start_timeout that was tried is shown to drop fewer than ${percentOf(loss)} of the requests at limit ${limit}.`;
  const dropped =
    safe.dropped === undefined ? '' : `: ${shareWithBounds(safe.dropped)}${safe.dropped.k === 0 ? '' : ` of ${grouped(safe.dropped.n)}`} requests are dropped`;
  const shorter = unsafe?.dropped === undefined ? '' : `; ${time(unsafe.ms)} drops ${shareWithBounds(unsafe.dropped)}`;
  const between = unsafe !== undefined && safe.ms > unsafe.ms * NEAR * NEAR ? ', and between the two so few seeds cannot tell' : '';
  return `At limit ${limit} a start_timeout of ${time(safe.ms)} is long enough${dropped}${shorter}${between}.`;
}

function notesOf({ shortestSafe, all, tooShortMs }: TimeoutSearch, loss: number, formula: number | undefined): string[] {
  const isOfSdk = tooShortMs === SDK_MIN_START_TIMEOUT_MS;
  const notes = [
    `The clock of start_timeout runs from the submit, and covers the wait, the runner and failed attempts; ${isOfSdk ? 'the SDKs take none of 1 s or less' : 'fal takes none of 0.1 s or less'}.`,
    ...(formula === undefined
      ? []
      : [`Formula: ln(P(wait) / share) / (cμ − λ), ${time(formula)}: Poisson arrivals, exponential service, in order, nobody dropped.`]),
  ];
  if (shortestSafe?.dropped?.k === 0)
    notes.push(
      `None dropped is a claim only from ${grouped(requestsToShow(loss))} requests on, and only if the requests of a seed count as independent ones (docs/gate.md).`,
    );
  if (shortestSafe === undefined && all.at(-1)?.standing === 'undecided')
    notes.push(`Too few requests to tell: fewer than ${percentOf(loss)} takes ${grouped(requestsToShow(loss))} of them without one that is dropped.`);
  return notes;
}
