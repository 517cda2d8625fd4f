import type { LeaseTrace, RequestTrace } from '../traces.js';
import type { InvariantId } from './registry.js';
import type { Scene } from './scene.js';

export interface Violation {
  readonly atUs: number;
  /** Number of the event in the run's history. */
  readonly event: number;
  /** `req-17` */
  readonly request: string;
  readonly account: string;
  readonly key: string;
  readonly message: string;
  /** Leases concerned, by number. Older results have none of the fields from here on. */
  readonly leases?: readonly number[];
  /** Other requests concerned. */
  readonly others?: readonly string[];
  /** What to do about this one, where more is known than of the law in general. */
  readonly hint?: string | undefined;
}

/**
 * `held`: examined and never broken. `undecided`: the run ended too early to say. `idle`: there was nothing to examine.
 * `not-promised`: the policy does not promise what the law demands, so nothing was examined.
 */
export type InvariantState = 'held' | 'violated' | 'undecided' | 'idle' | 'not-promised';

export interface InvariantOutcome {
  readonly id: InvariantId;
  readonly state: InvariantState;
  /** How many things were examined; a law that examined nothing has not been tested. */
  readonly examined: number;
  readonly violations: number;
  /** The first ones. */
  readonly examples: readonly Violation[];
  /** Why it is undecided, or which promise is missing. */
  readonly reason: string | undefined;
}

const KEPT = 20;

/** What is known of a violation beside the request that it is about. */
export interface Circumstances {
  readonly lease?: LeaseTrace | null;
  readonly leases?: readonly LeaseTrace[];
  readonly others?: readonly RequestTrace[];
  readonly hint?: string | undefined;
  /** When it began, if that was before now, and by which event. */
  readonly since?: { readonly sinceUs: number; readonly event: number };
}

/** One law: how much of the run it looked at, and what it found. */
export abstract class Checker {
  examined = 0;
  private violations = 0;
  private readonly examples: Violation[] = [];
  private reason: string | undefined;

  constructor(
    readonly id: InvariantId,
    protected readonly scene: Scene,
  ) {}

  outcome(): InvariantOutcome {
    const { id, examined, violations, examples, reason } = this;
    const state = violations > 0 ? 'violated' : reason !== undefined ? 'undecided' : examined === 0 ? 'idle' : 'held';
    return { id, state, examined, violations, examples, reason: violations > 0 ? undefined : reason };
  }

  /** A request has broken the law, or suffers from its being broken. */
  protected blame(trace: RequestTrace, message: string, more: Circumstances = {}): void {
    this.violations++;
    if (this.examples.length < KEPT) this.examples.push(this.scene.violation(trace, message, more));
  }

  /** The law is broken, but by no request. @param account whose, if it is anybody's */
  protected blameNobody(message: string, account = '', hint?: string): void {
    this.violations++;
    if (this.examples.length < KEPT) this.examples.push({ ...this.scene.now(), request: '', account, key: '', message, leases: [], others: [], hint });
  }

  /** The run ended before this could be decided. */
  protected leaveOpen(reason: string): void {
    this.reason ??= reason;
  }
}

/** A law that the policy does not promise to keep. */
export function notPromised(id: InvariantId, promise: string): InvariantOutcome {
  return { id, state: 'not-promised', examined: 0, violations: 0, examples: [], reason: `the policy does not promise ${promise}` };
}
