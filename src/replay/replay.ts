/** Version of what `slotstorm replay --json` prints. */
export const REPLAY_FORMAT = 1;

/** What a bar of a lane says. */
export const BAR_KINDS = {
  waiting: 'waits in the queue',
  backoff: 'sleeps until it asks again',
  holding: 'holds a slot, work has not begun',
  working: 'works, in a slot',
  hung: 'works for ever',
  paused: 'paused: holds its place, computes nothing',
  unleased: 'works without a slot',
  ghost: 'ghost: a slot without work',
  forgotten: 'neither in the queue nor at work',
  settling: 'work and slot end at the same instant',
  booting: 'boots',
  accepted: 'accepted',
  revoking: 'revoked, still accepted somewhere',
  refused: 'refused',
  down: 'down',
  fault: 'a fault at work',
} as const;
export type BarKind = keyof typeof BAR_KINDS;

/** Something that lasts. Bounds as time and as event numbers: it is there after event `fromEvent`, up to before `toEvent`. */
export interface Bar {
  readonly kind: BarKind;
  readonly fromUs: number;
  readonly fromEvent: number;
  /** null: to the end of the run. */
  readonly toUs: number | null;
  readonly toEvent: number | null;
  /** The request it is about; undefined where it is about none. */
  readonly request?: string | undefined;
}

/** What a mark tells: something of an instant. */
export type MarkKind = 'violation' | 'step' | 'crash' | 'message' | 'refusal' | 'end' | 'note';

export interface LaneMark {
  readonly kind: MarkKind;
  readonly atUs: number;
  readonly event: number;
  readonly text: string;
}

export const LANE_GROUPS = {
  violations: 'Violations',
  story: 'Steps and faults',
  parts: 'Parts and links',
  keys: 'Keys',
  slots: 'Slots (what the limiter believes)',
  runners: 'Runners (what physically runs)',
  requests: 'Requests',
} as const;
export type LaneGroup = keyof typeof LANE_GROUPS;

export interface Lane {
  readonly group: LaneGroup;
  readonly label: string;
  readonly bars: readonly Bar[];
  readonly marks: readonly LaneMark[];
}

/** One scope of the limiter: an account, or an account on one endpoint that has a limit of its own. */
export interface ScopeName {
  readonly account: string;
  readonly endpoint: string | undefined;
}

/** Both truths about a scope after an event, and what lies between them. */
export interface Levels {
  /** What admission compares with the limit, as the limiter last said; undefined where it says nothing of it. */
  readonly counted: number | undefined;
  /** Live leases. */
  readonly held: number;
  /** Executions that compute: paused ones do not. Calls to one's own apps, which no limit applies to, are left out. */
  readonly running: number;
  /** Slots without work, and work without a slot: where there is as much of both, the numbers above look well. */
  readonly ghosts: number;
  readonly unleased: number;
  /** Infinity as null, as JSON has it. */
  readonly limit: number | null;
  /** Requests in the queue; undefined for a scope on one endpoint. */
  readonly queued: number | undefined;
}

/** An event that is shown. */
export interface ShownEvent {
  /** In the run's history, from 1. */
  readonly number: number;
  readonly atUs: number;
  /** As in the trace file. */
  readonly name: string;
  /** What happened, as a sentence. */
  readonly text: string;
  readonly tone: Tone;
  readonly request?: string | undefined;
  readonly account?: string | undefined;
  /** `account/key` */
  readonly key?: string | undefined;
  readonly lease?: number | undefined;
  readonly runner?: number | undefined;
  /** Scopes whose levels it changed: number of the scope, and what they are after it. */
  readonly levels: readonly (readonly [scope: number, levels: Levels])[];
}

/** `plain`: all is well. `fault`: something is done to the platform. `odd`: it would not happen on a healthy platform. */
export type Tone = 'plain' | 'step' | 'fault' | 'odd';

export interface ShownViolation {
  readonly invariant: string;
  readonly atUs: number;
  readonly event: number;
  readonly request: string;
  /** Other requests concerned. */
  readonly others: readonly string[];
  /** `account/key` */
  readonly key: string;
  /** Leases concerned, by number. */
  readonly leases: readonly number[];
  readonly message: string;
  /** What to do about it. */
  readonly remedy: string;
  /** What the scenario says of it: `held`, `violated`, `off`. */
  readonly expected: string;
}

/** Which part of the history is shown. */
export interface Stretch {
  readonly fromEvent: number;
  readonly toEvent: number;
  readonly fromUs: number;
  readonly toUs: number;
  /** In words. */
  readonly why: string;
}

/** One run, event by event: what the page and the text trace show. */
export interface Replay {
  readonly format: typeof REPLAY_FORMAT;
  readonly scenario: { readonly name: string; readonly description: string; readonly file: string };
  readonly variant: string | undefined;
  /** Why this variant. */
  readonly chosen: string;
  readonly policy: string;
  readonly seed: number;
  readonly hash: string;
  readonly verdict: string;
  /** The command that shows it again. */
  readonly command: string;
  readonly totalEvents: number;
  readonly endUs: number;
  readonly stretch: Stretch;
  /** Only what touches this request is asked for. */
  readonly request: string | undefined;
  /** The event to look at first: where the request of the first violation was last heard of, for that is what went wrong. */
  readonly focusEvent: number;
  readonly scopes: readonly ScopeName[];
  /** By number of the scope: levels before the first event shown. */
  readonly before: readonly (Levels | null)[];
  readonly events: readonly ShownEvent[];
  readonly lanes: readonly Lane[];
  /** In the order in which they happened; also those outside of the stretch. */
  readonly violations: readonly ShownViolation[];
  /** Violations beyond the first of each invariant that no example was kept of. */
  readonly violationsHidden: number;
}
