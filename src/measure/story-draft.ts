import type { Request } from '../core/requests.js';
import type { GhostStretch } from './request-story.js';
import { SpanLog } from './span-log.js';

const NEVER = Number.NaN;
const NONE = -1;
/** Ghosts of a request that are kept one by one. */
const MOST_GHOSTS = 60;
const NO_GHOSTS: readonly GhostStretch[] = [];

/** A request's story while it is written. Used again for the next request of the same number. */
export class StoryDraft {
  readonly log = new SpanLog();
  /** Of the request. */
  number = NONE;
  /** `req-17`, `call-3` */
  name = '';
  account = '';
  key = '';
  endpoint = '';
  traffic = 0;
  calledUs = 0;
  /** No number: never. */
  startedUs = NEVER;
  endedUs = NEVER;
  outcome = '';
  attempts = 1;
  requeues = 0;
  /** It sleeps, and further sleeps are only joined to this one: with a million requests open that is all there is time for. */
  isDozing = false;
  joinedSleeps = 0;
  /** One of its slots was held by no live work. */
  wasGhost = false;
  ghosts = NO_GHOSTS;
  hiddenGhosts = 0;
  /** It is one of those that are listed for a ghost, or for how they ended. */
  isKept = false;
  /** Its call had begun to work before, as another request. */
  isRepeat = false;
  /** Its work was lost, and its client sleeps: what comes of that may still belong here. */
  isAwaited = false;
  /** Of a client that sleeps: whose work was lost before. */
  lostWork: StoryDraft | undefined;

  begin(request: Request, name: string): void {
    this.log.clear();
    this.number = request.number;
    this.name = name;
    this.account = request.account.name;
    this.key = request.key.name;
    this.endpoint = request.endpoint.name;
    this.traffic = request.traffic;
    this.calledUs = request.calledUs;
    this.startedUs = NEVER;
    this.endedUs = NEVER;
    this.outcome = '';
    this.attempts = 1;
    this.requeues = 0;
    this.isDozing = false;
    this.joinedSleeps = 0;
    this.wasGhost = false;
    this.ghosts = NO_GHOSTS;
    this.hiddenGhosts = 0;
    this.isKept = false;
    this.isRepeat = request.isRepeat;
    this.isAwaited = false;
    this.lostWork = undefined;
  }

  addGhost(ghost: GhostStretch): void {
    if (this.ghosts.length < MOST_GHOSTS) this.ghosts = [...this.ghosts, ghost];
    else this.hiddenGhosts++;
  }

  /** No other request came of the call: what its client did after the work was lost is the rest of this story. */
  endAs(later: StoryDraft): void {
    this.attempts = later.attempts;
    this.log.goOnAs(later.log);
  }

  /** The same call goes on, under another name. */
  follow(former: StoryDraft): void {
    this.log.continue(former.log);
    this.startedUs = former.startedUs;
    this.attempts = former.attempts;
    this.requeues = former.requeues;
    this.joinedSleeps = former.joinedSleeps;
    this.isRepeat = former.isRepeat || former.isStarted;
  }

  get isStarted(): boolean {
    return !Number.isNaN(this.startedUs);
  }

  get isEnded(): boolean {
    return !Number.isNaN(this.endedUs);
  }

  get waitedUs(): number {
    return this.startedUs - this.calledUs;
  }
}
