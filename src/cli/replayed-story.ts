import { unsteady } from '../core/own-limiter-terms.js';
import { formatDurationUs } from '../core/units.js';
import type { RunResult } from '../measure/result.js';
import type { PreparedScenario, PreparedVariant } from '../prepare.js';
import { assembleReplay, violationsOf } from '../replay/assemble.js';
import { firstViolation } from '../replay/first-violation.js';
import type { Replay, ShownViolation } from '../replay/replay.js';
import { ReplayReader, RequestScout, type SeenStretch } from '../replay/replay-reader.js';
import { boundsOf, MOST_EVENTS, type StretchBounds, type StretchWish } from '../replay/stretch.js';
import { VariantRuns } from '../replications/seed-runs.js';
import { SlicedRuns } from '../replications/sliced-runs.js';
import { describeStep } from '../scenario/describe-step.js';
import type { StepSpec } from '../scenario/types.js';
import { replayCommand } from '../shell-commands.js';
import type { RunSink } from '../sim/simulation.js';
import { UsageError } from './failures.js';
import { loadLimiter } from './load-limiter.js';
import type { Outside } from './outside.js';
import type { Progress } from './progress.js';
import { SeedRunner } from './run-seeds.js';
import { tracesBeside } from './trace-files.js';

/** Which run, and what of it. */
export interface ReplayWish {
  /** undefined: the scenario's own. */
  readonly seed: number | undefined;
  /** undefined: the first that fails. */
  readonly variant: string | undefined;
  /** Virtual times. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** Ordinal of a request. */
  readonly request: number | undefined;
  /** Number of an event. */
  readonly event: number | undefined;
}

/** A run in which a limiter of one's own decides is given up after this. */
const RUN_TIMEOUT_MS = 10_000;

interface ChosenRun {
  readonly variant: PreparedVariant;
  readonly result: RunResult;
  /** Why this variant; empty: there was nothing to choose. */
  readonly why: string;
}

/**
 * Runs a seed of a scenario twice or more: first for its verdict, which says where to look, then once more with a reader
 * that keeps what is shown. The same seed gives the same history every time.
 */
export class ReplayedStory {
  private readonly seed: number;
  private readonly slices: SlicedRuns;
  private steps: readonly StepSpec[] = [];

  constructor(
    private readonly prepared: PreparedScenario,
    private readonly wish: ReplayWish,
    private readonly outside: Outside,
    private readonly interrupt: AbortSignal,
  ) {
    this.seed = wish.seed ?? prepared.seed;
    this.slices = new SlicedRuns({ breathe: () => outside.breathe(), monotonicMs: () => outside.monotonicMs(), interrupt });
  }

  /** @throws UsageError when what is asked for is not there, or too much */
  async read(progress: Progress): Promise<Replay> {
    const chosen = await this.choose(progress);
    const { result, variant } = chosen;
    this.checkWish(result);
    const violations = violationsOf(result);
    const wish = await this.stretchWish(chosen, violations, progress);
    const bounds = boundsOf(wish, result.events);
    const reader = new ReplayReader(bounds, violations, (step) => this.stepLabel(step));
    await this.runAgain(chosen, reader, progress);
    const seen = reader.finish();
    this.checkSeen(seen, bounds, result);
    const { name, description, file } = this.prepared;
    return assembleReplay(
      {
        scenario: { name, description, file },
        variant: variant.name,
        chosen: chosen.why,
        policy: variant.scenario.platform.policy.preset,
        command: this.command(variant),
        request: wish.request?.name,
        result,
      },
      seen,
      bounds.why,
      this.wish.event ?? wish.request?.firstEvent ?? wish.wrong?.event,
    );
  }

  private async choose(progress: Progress): Promise<ChosenRun> {
    const runner = new SeedRunner({ workers: 1, checkDeterminism: false, trace: false, runTimeoutMs: RUN_TIMEOUT_MS }, this.outside, this.interrupt);
    try {
      const { prepared, runs } = await runner.run(this.prepared, [this.seed], undefined, progress);
      const { run, why } = firstToShow(runs, this.wish.variant !== undefined);
      const variant = prepared.variants.find(({ name }) => name === run.variant);
      if (variant === undefined) throw new Error(`a run of variant ${run.variant}, which was not asked for`);
      return { variant, result: run, why };
    } finally {
      await runner.stop();
    }
  }

  private checkWish({ events, endUs }: RunResult): void {
    const { event, from = 0, to = Number.POSITIVE_INFINITY } = this.wish;
    if (event !== undefined && event > events) throw new UsageError(`--event: the run has ${events} events, got ${event}`);
    if (from > endUs) throw new UsageError(`--from: the run ends at ${formatDurationUs(endUs, 6)}, got ${formatDurationUs(from, 6)}`);
    if (from > to) throw new UsageError(`--from and --to: expected a time and a later one, got ${formatDurationUs(from, 6)} and ${formatDurationUs(to, 6)}`);
  }

  private async stretchWish(chosen: ChosenRun, violations: readonly ShownViolation[], progress: Progress): Promise<StretchWish> {
    const { from: fromUs, to: toUs, event, request } = this.wish;
    const wrong = await this.firstWrong(chosen, violations, progress);
    if (request === undefined) return { fromUs, toUs, event, request: undefined, wrong };
    const scout = new RequestScout(`req-${request}`);
    await this.runAgain(chosen, scout, progress);
    if (scout.firstEvent === 0) {
      const there = scout.accepted === 0 ? 'no request was accepted in this run' : `expected one of req-1 to req-${scout.accepted}`;
      throw new UsageError(`--request: ${there}, got req-${request}`);
    }
    const { firstEvent, lastEvent } = scout;
    return { fromUs, toUs, event, request: { name: scout.request, firstEvent, lastEvent }, wrong };
  }

  /** A slot that never comes back is noticed at the end of the run, but went wrong where its request was last heard of. */
  private async firstWrong(chosen: ChosenRun, violations: readonly ShownViolation[], progress: Progress): Promise<StretchWish['wrong']> {
    const first = firstViolation(violations);
    if (first === undefined) return undefined;
    const scout = new RequestScout(first.request, first.event);
    await this.runAgain(chosen, scout, progress);
    if (scout.lastEvent === 0 || scout.lastEvent === first.event) return { event: first.event, text: 'the first violation' };
    return { event: scout.lastEvent, text: `what ${first.request}, which breaks ${first.invariant}, did last` };
  }

  private async runAgain({ variant, result }: ChosenRun, reader: RunSink, progress: Progress): Promise<void> {
    const runs = new VariantRuns(variant, tracesBeside(this.prepared.file, this.outside.files));
    const { limiter } = this.prepared;
    // It has come to its end in a thread before.
    const run = runs.start(this.seed, 'all', reader, limiter === undefined ? undefined : await loadLimiter(limiter));
    this.steps = run.steps;
    const again = await this.slices.toEndWithReader(run, async (share) => progress.update(share, 'reading the history'));
    if (again.hash !== result.hash && limiter !== undefined) throw unsteady(limiter.file, this.seed);
    if (again.hash !== result.hash) throw new Error(`seed ${this.seed} wrote another history when it was run again: ${result.hash}, then ${again.hash}`);
  }

  private checkSeen({ events, eventsInside }: SeenStretch, bounds: StretchBounds, { endUs, events: total }: RunResult): void {
    const { from, to, event } = this.wish;
    const where = `between ${formatDurationUs(bounds.fromUs, 6)} and ${formatDurationUs(Math.min(bounds.toUs, endUs), 6)}`;
    const narrow = from !== undefined || to !== undefined;
    if (events.length === 0) throw new UsageError(`nothing happens ${narrow ? where : 'in this run'}: it has ${total} events; take another --from and --to`);
    if (eventsInside > MOST_EVENTS) {
      throw new UsageError(
        `expected at most ${MOST_EVENTS} events to show, but ${eventsInside} happen ${where}; narrow --from and --to, or leave them out for what lies around the first violation`,
      );
    }
    const first = events[0]?.number ?? 0;
    const last = events.at(-1)?.number ?? 0;
    if (event !== undefined && (event < first || event > last)) {
      throw new UsageError(`--event: expected one of ${first} to ${last}, which happen ${where}, got ${event}; leave out --from and --to`);
    }
  }

  /** Faults that the seed drew are steps too, counted on after those of the scenario. */
  private stepLabel(step: number): string {
    const spec = this.steps[step - 1];
    return spec === undefined ? 'unknown' : describeStep(spec);
  }

  private command(variant: PreparedVariant): string {
    const { from, to, request, event } = this.wish;
    const words = [replayCommand(this.prepared, variant.name), `--seed ${this.seed}`];
    if (from !== undefined) words.push(`--from ${from / 1e6}s`);
    if (to !== undefined) words.push(`--to ${to / 1e6}s`);
    if (request !== undefined) words.push(`--request req-${request}`);
    if (event !== undefined) words.push(`--event ${event}`);
    return words.join(' ');
  }
}

/** The first that fails; else the first in which something was violated; else the first. */
function firstToShow(runs: readonly RunResult[], wasNamed: boolean): { readonly run: RunResult; readonly why: string } {
  const first = runs[0];
  if (first === undefined) throw new Error('the scenario has no variant to run');
  if (wasNamed || runs.length === 1) return { run: first, why: '' };
  const failed = runs.find((run) => run.verdict === 'fail');
  if (failed !== undefined) return { run: failed, why: 'the first variant that fails; take another with --variant' };
  const violated = runs.find((run) => violationsOf(run).length > 0);
  if (violated !== undefined) return { run: violated, why: 'no variant fails; the first in which an invariant is violated, as the scenario expects' };
  return { run: first, why: 'no variant fails; the first of them' };
}
