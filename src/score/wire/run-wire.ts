import type { Observed } from '../observed.js';
import type { QuestionId } from '../questions.js';
import type { RecordedCall } from './call-log.js';
import { tryCancel } from './cancel.js';
import { tryCharges } from './charges.js';
import { NoAnswer } from './no-answer.js';
import { probe } from './probe.js';
import { type LeftOpen, tryRevoke } from './revoke.js';
import { WireSession } from './session.js';
import { trySlotsVisible } from './slots-visible.js';
import { tryStatusPage } from './status-page.js';
import type { WireProvider } from './wire-provider.js';
import type { WorkTime } from './work-time.js';

/** An experiment over HTTP, with every call that it made. */
export interface WireRecord {
  readonly question: QuestionId;
  readonly observed: Observed;
  readonly calls: readonly RecordedCall[];
}

/** When it has to end. */
export interface WireTerms {
  /** Ends it at once, without a result. */
  readonly interrupt: AbortSignal;
  /** The time is over: what has not been tried is not tried any more. */
  readonly deadline?: AbortSignal | undefined;
  /** Told what could not be cleaned up, also after an interrupt: somebody may have to look. */
  readonly cleanedUp?: ((left: readonly string[]) => void) | undefined;
}

/**
 * Tries the endpoint, then all five questions on a provider, one after the other; what may leave slots stuck comes last. Cleans up whatever
 * happens: cancels what it handed in, revokes keys that it made.
 * @param progress told before each experiment
 * @throws the interrupt's reason, LoadError for an endpoint that does not answer, or what is a mistake of ours, after the cleaning up
 */
export async function runWire(
  provider: WireProvider,
  { interrupt, deadline, cleanedUp = () => undefined }: WireTerms,
  progress: (what: QuestionId) => void = () => undefined,
): Promise<readonly WireRecord[]> {
  const session = new WireSession(provider, deadline === undefined ? interrupt : AbortSignal.any([interrupt, deadline]));
  const records: WireRecord[] = [];
  let left: LeftOpen = { requests: [], isStuck: false };
  const note = async (question: QuestionId, experiment: () => Promise<Observed>): Promise<void> => {
    interrupt.throwIfAborted();
    progress(question);
    const observed = await experiment().catch((error: unknown) => brokenOff(error, session, interrupt, deadline));
    records.push({ question, observed, calls: session.log.take() });
  };
  // Whoever gives up on it, or on time, tries the rest without it.
  const unlessBrokenOff = (error: unknown): undefined => {
    brokenOff(error, session, interrupt, deadline);
  };
  const { seconds } = provider.quick;
  try {
    const probed = await probe(session).catch(unlessBrokenOff);
    // What was asked before any experiment is no evidence of the first one.
    session.log.take();
    const work: WorkTime = probed ?? { seconds: seconds ?? 0, isOver: seconds !== undefined };
    await note('slots-visible', () => trySlotsVisible(session));
    await note('status-page', () => tryStatusPage(session));
    await note('predictable-price', () => tryCharges(session));
    await note('revoke-releases', async () => {
      const revoked = await tryRevoke(session, work);
      left = revoked.left;
      return revoked.observed;
    });
    await note('cancel-stuck', () => tryCancel(session, left));
  } finally {
    cleanedUp(await session.close());
  }
  return records;
}

/** An experiment that could not be ended says nothing. @throws the interrupt's reason, and whatever is no fault of the provider */
function brokenOff(error: unknown, session: WireSession, interrupt: AbortSignal, deadline: AbortSignal | undefined): Observed {
  interrupt.throwIfAborted();
  const isLate = deadline?.aborted === true && (error instanceof NoAnswer || isReason(error, deadline.reason));
  if (!isLate && !(error instanceof NoAnswer)) throw error;
  return {
    name: 'Over HTTP',
    done: 'The calls that are recorded here.',
    expected: 'An answer to each of them.',
    seen: isLate ? 'The time limit was over (--time-limit).' : `A call got no answer: ${session.log.words((error as NoAnswer).message)}.`,
    short: isLate ? 'time limit over' : 'no answer',
    passed: undefined,
    figures: [],
  };
}

/** A pause that is broken off names the reason as its cause. */
function isReason(error: unknown, reason: unknown): boolean {
  return error === reason || (error instanceof Error && error.cause === reason);
}
