import type { ClientSink } from '../measure/client-calls.js';
import type { Pacing, ToolVerdict } from '../measure/live-result.js';
import type { Scenario } from '../scenario/types.js';
import type { Target } from './target/target.js';

export const DRIVERS = ['engine', 'autocannon', 'k6', 'fal-client'] as const;
export type DriverName = (typeof DRIVERS)[number];

export const FOLLOWS = ['stream', 'poll', 'none'] as const;
/** How a `submit` is watched until its end: over a status stream, by polls, or not at all. */
export type Follow = (typeof FOLLOWS)[number];

/** What is to be sent, where, and how fast. Plain data: it crosses to threads and processes. */
export interface LoadOrder {
  readonly scenario: Scenario;
  /** As given, for the traces that it names. */
  readonly scenarioFile: string;
  readonly seed: number;
  /** Virtual seconds in a second of the wall clock. Arrivals, think times, polls and backoffs are all divided by it. */
  readonly speed: number;
  /** When load and steps are over, virtual µs. */
  readonly loadEndUs: number;
  readonly target: Target;
  readonly follow: Follow;
  /** How many load processes share the calls. */
  readonly processes: number;
}

/** What a workload is sent with. */
export interface LoadDriver {
  readonly name: DriverName;
  /** Why it cannot express this workload: each a sentence that names the flow and what it lacks. Empty: it can. */
  complaints(scenario: Scenario): readonly string[];
  /**
   * Gets everything ready to send: processes, bundles, connections. Nothing is sent yet.
   * @throws LoadError for what is missing or wrong outside
   */
  prepare(order: LoadOrder, sink: ClientSink): Promise<PreparedLoad>;
}

export interface PreparedLoad {
  /** Virtual time 0 is now. @param epochMs now, by `performance.timeOrigin + performance.now()` */
  start(epochMs: number): void;
  /** Every call is over. Rejects with a LoadError when the driver broke. */
  readonly done: Promise<LoadReport>;
  /** The run is over: open calls are told to the sink as they stand, then `done` resolves. Safe to call twice. */
  stop(): void;
  /** Ends processes at once, whatever they do. Safe at any time. */
  kill(): void;
}

/** How well the load was sent. */
export interface LoadReport {
  readonly pacing: Pacing;
  /** The load tool's own word; undefined: it has none. */
  readonly tool: ToolVerdict | undefined;
  /** Why the run can never pass, whatever the metrics say: nothing was sent, iterations threw. Empty: it can. */
  readonly broken: readonly string[];
  /** Why nobody can tell: the client could not keep up. Empty: it did. */
  readonly undecided: readonly string[];
  /** For the reader of the report. */
  readonly notes: readonly string[];
}

/** Something outside is missing or wrong: a target, a program, a script. Its message says what was expected and what to do; the exit code is 104 unless told. */
export class LoadError extends Error {
  override readonly name = 'LoadError';

  constructor(
    message: string,
    /** 104: wrong option or surroundings; 107: a script is wrong or threw. */
    readonly exitCode: 104 | 107 = 104,
  ) {
    super(message);
  }
}
