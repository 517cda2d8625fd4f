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
  | { readonly kind: 'error'; readonly message: string; readonly stack: string }
  /** A limiter of one's own has thrown, or has answered what no limiter may. */
  | { readonly kind: 'limiter'; readonly message: string; readonly isEndless: boolean }
  /** The run did not end within the bound. */
  | { readonly kind: 'hang'; readonly message: string };

/** Of all invariants that a run violated, the one whose violation came first: what follows may only be its consequence. */
export function firstViolation(invariants: readonly InvariantVerdict[]): Failure | undefined {
  let first: Extract<Failure, { kind: 'invariant' }> | undefined;
  for (const { id, verdict, examples } of invariants) {
    const [example] = examples;
    if (verdict !== 'fail' || example === undefined) continue;
    if (first !== undefined && first.event <= example.event) continue;
    first = { kind: 'invariant', id, message: example.message, request: example.request, atUs: example.atUs, event: example.event };
  }
  return first;
}

const NAMES = { error: 'internal error', limiter: 'limiter', hang: 'no end' } as const;

/** What is broken, in a word: `S-ORPH`, or what else went wrong. */
export function nameOfFailure(failure: Failure): string {
  return failure.kind === 'invariant' ? failure.id : NAMES[failure.kind];
}

/** Whether the run would go on for ever, in whichever thread. */
export function neverEnds(failure: Failure): boolean {
  return failure.kind === 'hang' || (failure.kind === 'limiter' && failure.isEndless);
}

/** The same for two failures of one cause: what is broken, and the message without its numbers and names. */
export function signatureOf(failure: Failure): string {
  return `${failure.kind === 'invariant' ? failure.id : failure.kind}: ${withoutNumbers(failure.message)}`;
}

function withoutNumbers(message: string): string {
  return message
    .replace(/\b(req|lease|slot|runner|execution)[- ]?\d+/g, '$1')
    .replace(/-?\d+(\.\d+)?\s?(µs|ms|s|m|h|d)?\b/g, '#')
    .replace(/#( #)+/g, '#')
    .replace(/\b(\w+(?: \w+)*)(, \1)+/g, '$1')
    .replace(/"[^"]*"|\b[akm]\d+(\/k\d+)?\b/g, '…');
}
