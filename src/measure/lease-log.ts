/** One hold of one slot, for the Gantt chart and the leak ledger. */
export interface SlotHold {
  readonly account: string;
  /** Which of the account's slots, 0 the lowest that was free. */
  readonly slot: number;
  readonly request: string;
  readonly key: string;
  readonly endpoint: string;
  readonly fromUs: number;
  /** When its work ended while the slot stayed taken; undefined: never a ghost. */
  readonly ghostFromUs: number | undefined;
  /** undefined: never given back. */
  readonly toUs: number | undefined;
  /** The runner that worked in it first, by endpoint and number; undefined: none did. Older results have none. */
  readonly runner?: string | undefined;
}

const MAX_HOLDS = 10_000;

interface OpenHold {
  account: string;
  slot: number;
  request: string;
  key: string;
  endpoint: string;
  fromUs: number;
  runner?: string | undefined;
}

/**
 * Who held which slot when. The first 10,000 holds are kept, ghosts for ever; how many were left out is counted.
 * Slots have no numbers on the platform: a hold gets the lowest that is free in its account.
 */
export class LeaseLog {
  readonly holds: SlotHold[] = [];
  hidden = 0;
  private readonly open: (OpenHold | undefined)[] = [];
  private readonly taken = new Map<string, boolean[]>();

  /** Whether the next hold will be kept. */
  get hasRoom(): boolean {
    return this.holds.length < MAX_HOLDS;
  }

  granted(lease: number, hold: Omit<OpenHold, 'slot'>): void {
    this.open[lease] = { ...hold, slot: this.takeSlot(hold.account) };
  }

  /** Work has begun in it. */
  runs(lease: number, runner: string): void {
    const hold = this.open[lease];
    if (hold !== undefined) hold.runner ??= runner;
  }

  /** undefined: it is not kept. */
  slotOf(lease: number): number | undefined {
    return this.open[lease]?.slot;
  }

  /** A hold beyond the cap. */
  skip(lease: number): void {
    this.hidden++;
    this.open[lease] = undefined;
  }

  /**
   * @param nowUs undefined: it never came back
   * @param ghostFromUs when its work ended, if that was before now
   * @param describe names a ghost that was beyond the cap when it was granted
   */
  ended(lease: number, nowUs: number | undefined, ghostFromUs: number | undefined, describe?: () => Omit<OpenHold, 'slot' | 'fromUs'>): void {
    const hold = this.open[lease] ?? (ghostFromUs === undefined ? undefined : describe && { ...describe(), slot: -1, fromUs: ghostFromUs });
    if (hold === undefined) return;
    // It was counted as left out when it was granted, and is shown after all.
    if (this.open[lease] === undefined) this.hidden--;
    this.open[lease] = undefined;
    if (nowUs !== undefined && hold.slot >= 0) (this.taken.get(hold.account) as boolean[])[hold.slot] = false;
    if (ghostFromUs === undefined && !this.hasRoom) this.hidden++;
    else this.holds.push({ ...hold, ghostFromUs, toUs: nowUs });
  }

  private takeSlot(account: string): number {
    let taken = this.taken.get(account);
    if (taken === undefined) {
      taken = [];
      this.taken.set(account, taken);
    }
    let slot = taken.indexOf(false);
    if (slot < 0) slot = taken.length;
    taken[slot] = true;
    return slot;
  }
}
