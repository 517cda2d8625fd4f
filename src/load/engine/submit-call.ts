import { Outcome } from '../../core/history.js';
import { US_PER_SECOND } from '../../core/time.js';
import type { HttpAnswer } from './answer.js';
import { PollFollower } from './poll-follower.js';
import { QueuedCall } from './queued-call.js';
import type { RequestStatus } from './request-status.js';
import { StreamFollower } from './stream-follower.js';
import type { RequestRef } from './wire.js';

/** Virtual µs. */
const POLL_EVERY_US = US_PER_SECOND;

/** Work that is handed in; what becomes of it is watched for the report only, unless a user waits for its end. */
export class SubmitCall extends QueuedCall {
  #hasCancelled = false;

  statusSeen(status: RequestStatus): void {
    this.noteWork(status);
    if (status.state !== 'COMPLETED') return;
    this.disarmPatience();
    this.trouble = this.saidBy(status.error);
    this.end(status.outcome);
  }

  followLost(outcome: Outcome | 0, answer: HttpAnswer): void {
    this.disarmPatience();
    this.trouble = this.inWords(answer);
    // Some servers forget a request that was cancelled in the queue.
    this.end(this.#hasCancelled && answer.status === 404 ? Outcome.cancelled : outcome);
  }

  protected accepted(request: RequestRef): void {
    this.armPatience(request);
    this.follower = this.#followerOf(request);
    if (this.follower !== undefined) this.follower.begin();
    else if (!this.isPatient) this.end(0);
  }

  protected patienceEnds(request: RequestRef): void {
    this.#hasCancelled = true;
    this.freeCaller();
    this.parts.wire.cancel(request, (answer) => {
      if (this.follower === undefined) this.end(answer.status >= 200 && answer.status < 300 ? Outcome.cancelled : 0);
    });
  }

  protected override patienceWasEnough(): void {
    if (this.follower === undefined) this.end(0);
  }

  #followerOf(request: RequestRef): PollFollower | StreamFollower | undefined {
    const { follow, places } = this.parts;
    const { plannedUs, watcher } = this.terms;
    if (follow === 'stream' && places.take()) return new StreamFollower(this.parts, request, this, plannedUs, POLL_EVERY_US);
    // A user who waits for the end must hear of it, whatever is left for reports.
    if (follow === 'poll' || watcher !== null) return new PollFollower(this.parts, request, this, plannedUs, POLL_EVERY_US);
    if (follow === 'stream') places.unfollowed++;
    return undefined;
  }
}
