import { LimiterError, type LimiterSource } from '../core/own-limiter-terms.js';
import { BothReaders } from '../history/both-readers.js';
import { judge } from '../measure/judge.js';
import { Recorder } from '../measure/recorder.js';
import type { InvariantVerdict } from '../measure/result.js';
import { thrownText } from '../reasons.js';
import { type RunSink, Simulation } from '../sim/simulation.js';
import { type Failure, firstViolation } from './failure.js';
import type { Story } from './story.js';

export interface TrialOutcome {
  /** undefined: every invariant held, or was not decided. */
  readonly failure: Failure | undefined;
  /** Empty when slotstorm itself broke. */
  readonly invariants: readonly InvariantVerdict[];
  /** Every exercise counter. */
  readonly exercised: Readonly<Record<string, number>>;
  readonly hash: string;
  readonly events: number;
  readonly endUs: number;
}

/** Far more than any story that ends: each request may cost some thousand renewals. */
export const MOST_EVENTS = 5_000_000;

const LONGEST_STACK = 4_000;

const NOTHING: TrialOutcome = { failure: undefined, invariants: [], exercised: {}, hash: '', events: 0, endUs: 0 };

/**
 * One run of a story: the simulation, the recorder and the judge of `slotstorm run`, without what only reports read. The
 * verdicts are the same.
 * @param reader also reads the history
 * @param limiter decides about slots instead of the policy
 */
export function runTrial(story: Story, seed: number, reader?: RunSink, mostEvents = MOST_EVENTS, limiter?: LimiterSource): TrialOutcome {
  try {
    return run(story, seed, reader, mostEvents, limiter);
  } catch (error) {
    return { ...NOTHING, failure: brokenBy(error) };
  }
}

function run({ scenario, plan }: Story, seed: number, reader: RunSink | undefined, mostEvents: number, limiter: LimiterSource | undefined): TrialOutcome {
  const { policy } = scenario.platform;
  const recorder = new Recorder({
    policy,
    selectors: [],
    pricesUsd: {},
    priceOfOthersUsd: 0,
    evidence: false,
    accountTimelines: [],
    recoveryUs: scenario.recoveryUs,
    runners: Object.fromEntries(scenario.platform.endpoints.map(({ id, runners }) => [id, runners])),
  });
  const sink = reader === undefined ? recorder : new BothReaders(recorder, reader);
  const simulation = new Simulation(scenario, seed, sink, noTraces, undefined, limiter);
  if (!simulation.advance(mostEvents)) {
    const message = `the run had not ended after ${mostEvents} events`;
    return { ...NOTHING, failure: { kind: 'hang', message }, events: mostEvents };
  }
  const recording = recorder.finish();
  const { invariants } = judge(recording, plan);
  const { hash, endUs } = simulation;
  return { failure: firstViolation(invariants), invariants, exercised: recording.exercised, hash, endUs, events: simulation.platform.history.events };
}

export function brokenBy(error: unknown): Failure {
  if (error instanceof LimiterError) return { kind: 'limiter', message: error.message, losesThread: error.isEndless };
  const stack = error instanceof Error ? (error.stack ?? '').slice(0, LONGEST_STACK) : '';
  return { kind: 'error', message: thrownText(error), stack, losesThread: false };
}

function noTraces(file: string): never {
  throw new Error(`a story has no traces, but asked for ${file}`);
}
