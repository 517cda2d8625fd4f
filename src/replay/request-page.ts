/** A slot that is held, as the lease events tell it. */
export class HeldSlot {
  live = true;
  /** Work has run in it. */
  worked = false;

  constructor(
    readonly lease: number,
    readonly holder: RequestPage,
  ) {}
}

/** Work that runs, as the execution events tell it. */
export class RunningWork {
  paused = false;
  hung = false;
  /** Whether limits apply to it, as far as was known when it began. */
  readonly counts: boolean;

  constructor(
    readonly execution: number,
    readonly runner: number,
    readonly request: RequestPage,
    /** The slot that it began in; null: none. */
    public slot: HeldSlot | null,
  ) {
    this.counts = request.wasGranted;
  }

  get isCovered(): boolean {
    return this.slot?.live === true;
  }
}

/** A request, as its events tell it. */
export class RequestPage {
  inQueue = false;
  asleep = false;
  ended = false;
  /** It was given a slot at least once; calls to one's own apps never are. */
  wasGranted = false;
  readonly slots: HeldSlot[] = [];
  readonly works: RunningWork[] = [];
  /** Its slots without work, its works without a slot, when it was last looked at. */
  ghosts = 0;
  unleased = 0;

  constructor(
    readonly name: string,
    readonly account: string,
    readonly key: string,
    readonly endpoint: string,
  ) {}

  get isGone(): boolean {
    return this.ended && this.slots.length === 0 && this.works.length === 0;
  }
}
