import type { InvariantId } from '../measure/invariants/registry.js';
import type { InvariantVerdict } from '../measure/result.js';

/** What went wrong in a run. Plain data. */
export type Failure =
  | {
      readonly kind: 'invariant';
      readonly id: InvariantId;
      /** Of its first violation. */
      readonly message: string;
      readonly request: string;
      readonly atUs: number;
      /** Number of the event in the run's history. */
      readonly event: number;
    }
  /** slotstorm itself broke. */
  | { readonly kind: 'error'; readonly message: string; readonly stack: string; readonly losesThread: boolean }
  /** A limiter of one's own has thrown, has answered what no limiter may, or has broken its thread. */
  | { readonly kind: 'limiter'; readonly message: string; readonly losesThread: boolean }
  /** The run did not end within the bound. */
  | { readonly kind: 'hang'; readonly message: string };

/** Of all invariants that a run violated, the one whose violation came first: what follows may only be its consequence. */
export function firstViolation(invariants: readonly InvariantVerdict[]): Failure | undefined {
  let first: Violation | undefined;
  for (const invariant of invariants) {
    const one = invariant.verdict === 'fail' ? violationOf(invariant) : undefined;
    if (one !== undefined && (first === undefined || one.event < first.event)) first = one;
  }
  return first;
}

type Violation = Extract<Failure, { kind: 'invariant' }>;

/** The first violation of an invariant. */
export function violationOf({ id, examples: [example] }: InvariantVerdict): Violation | undefined {
  if (example === undefined) return undefined;
  return { kind: 'invariant', id, message: example.message, request: example.request, atUs: example.atUs, event: example.event };
}

const NAMES = { error: 'internal error', limiter: 'limiter', hang: 'no end' } as const;

/** What is broken, in a word: `S-ORPH`, or what else went wrong. */
export function nameOfFailure(failure: Failure): string {
  return failure.kind === 'invariant' ? failure.id : NAMES[failure.kind];
}

/** Whether the run takes its thread along, whichever it is: it goes on for ever, or breaks it. */
export function losesThread(failure: Failure): boolean {
  return failure.kind === 'hang' || (failure.kind !== 'invariant' && failure.losesThread);
}

/** The same for two failures of one cause: what is broken, and the message without its numbers and names. */
export function signatureOf(failure: Failure): string {
  return `${failure.kind === 'invariant' ? failure.id : failure.kind}: ${withoutNumbers(failure.message)}`;
}

const LONGEST = 2_000;
/** The same few words again and again: bounded, for a pattern without bounds takes for ever on a long text. */
const LIST = /\b(\w{1,40}(?: \w{1,40}){0,5})(, \1)+/g;

function withoutNumbers(message: string): string {
  return message
    .slice(0, LONGEST)
    .replace(/\b(req|lease|slot|runner|execution)[- ]?\d+/g, '$1')
    .replace(/-?\d+(\.\d+)?\s?(µs|ms|s|m|h|d)?\b/g, '#')
    .replace(/#( #)+/g, '#')
    .replace(LIST, '$1')
    .replace(/"[^"]*"|\b[akm]\d+(\/k\d+)?\b/g, '…');
}
