import type { CallMode } from '../../measure/client-calls.js';
import type { LoadHint } from '../../protocol/load-hint.js';
import type { Sdk } from '../../scenario/types.js';
import type { Follow } from '../driver.js';

/*
 * What a k6 script is told about the load, as JSON. The script imports these types and nothing else of this folder. Times in
 * virtual µs since the load began; null stands for none, for JSON has no Infinity.
 */

/** Small, and held by every virtual user. */
export interface PlayHead {
  /** Name of the scenario, for people. */
  readonly scenario: string;
  /** Virtual µs in a µs of the wall clock. */
  readonly speed: number;
  /** Open calls are told as they stand then; null: they are waited for. */
  readonly runEndUs: number | null;
  /** Whether the server heeds `x-slotstorm-call`. */
  readonly takesHints: boolean;
  readonly queueUrl: string;
  readonly runUrl: string;
  /** Answers when the load begins; null: it begins when k6 is ready. */
  readonly gunUrl: string | null;
  readonly options: PlayOptions;
  /** By place in the workload. */
  readonly flows: readonly PlayFlow[];
}

/** k6's options: the part that is generated. */
export interface PlayOptions {
  readonly scenarios: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly thresholds: Readonly<Record<string, readonly string[]>>;
  readonly setupTimeout: string;
  readonly discardResponseBodies: false;
}

export interface PlayFlow {
  readonly sdk: Sdk;
  readonly mode: CallMode;
  readonly follow: Follow;
  /**
   * `open`: one virtual user for each call that is open. `bounded`: the users are all there are, so a call that none of them
   * could begin in time is dropped. `closed`: each user calls, waits, thinks and calls again.
   */
  readonly users: 'open' | 'bounded' | 'closed';
  /** Closed loops: the first call of each user, and when none begins any more. */
  readonly fromUs: number;
  readonly toUs: number;
}

/** Large, and held once for all virtual users. */
export interface PlayBook {
  readonly targets: readonly PlayTarget[];
  /** By place in the workload, in order of time. Of a closed loop: in order of their beginning, whoever makes them. */
  readonly calls: readonly (readonly PlayCall[])[];
}

export interface PlayTarget {
  readonly account: string;
  readonly key: string;
  readonly endpoint: string;
}

export interface PlayCall {
  /** Its place among the targets. */
  readonly target: number;
  readonly atUs: number;
  readonly serviceUs: number;
  readonly end: LoadHint['end'];
  readonly startTimeoutUs: number | null;
  readonly clientTimeoutUs: number | null;
  readonly patienceUs: number | null;
  /** Closed loops: until its user's next call, from its end. */
  readonly thinkUs: number;
}

/** Custom metrics by which a script tells what it saw; each sample has a `Telling` in its metadata under `TELLING`. */
export const TOLD = {
  /** A call is over, or the run is. */
  call: 'slotstorm_call',
  /** A call that is still open, as it stands: for the case that k6 is interrupted. */
  open: 'slotstorm_open',
  /** No virtual user was free for a call. */
  dropped: 'slotstorm_dropped',
  /** Polls whose caller had given up; the sample's value counts them. */
  zombiePolls: 'slotstorm_zombie_polls',
  /** An iteration threw: what it said. */
  broken: 'slotstorm_broken',
  /** An iteration found nothing to do: so that every iteration is told of. */
  idle: 'slotstorm_idle',
  /** The last sample of a k6: without it some may be missing. */
  end: 'slotstorm_end',
} as const;

/** Name of the metadata; its value is JSON, percent-encoded, so that nothing in it can be taken for a separator. */
export const TELLING = 'call';

/** Fields of a call record that the script knows; traffic is told by numbers. */
export interface Telling {
  readonly flow: number;
  readonly target: number;
  readonly call: number;
  readonly plannedUs: number;
  readonly sentUs: number;
  readonly acceptedUs: number | null;
  readonly attempts: number;
  readonly refusals: number;
  readonly polls: number;
  readonly queueLatencyUs: number | null;
  readonly elapsedUs: number | null;
  /** `Outcome`, or 0. */
  readonly outcome: number;
  readonly requestId: string | null;
  readonly trouble: string | null;
}

/** `name` tag of the request that waits for the beginning: not a request of the load. */
export const GUN_NAME = 'slotstorm gun';
