import type { WallClock } from '../driver/wall-clock.js';
import type { Ledger } from '../store/ledger.js';

/** Of wall time, whatever the speed. */
const COMMIT_EVERY_MS = 500;

export interface CommitTerms {
  readonly ledger: Pick<Ledger, 'isDirty' | 'isDurable'>;
  readonly wall: WallClock;
  commit(): void;
  /** The disk cannot be written now. */
  onTrouble(error: unknown): void;
}

/** Puts what has happened on disk: all that has gathered by the end of this turn of the event loop in one transaction. */
export class Commits {
  private next: Promise<void> | undefined;
  private stopBeat = (): void => {};

  constructor(private readonly terms: CommitTerms) {}

  /** Resolves when everything so far is on disk. Rejects when it cannot be written: then nobody may hear of it. */
  soon(): Promise<void> {
    if (!this.terms.ledger.isDirty) return DONE;
    this.next ??= new Promise((resolve, reject) => {
      setImmediate(() => {
        this.next = undefined;
        try {
          this.now();
          resolve();
        } catch (error) {
          reject(error);
        }
      });
    });
    return this.next;
  }

  now(): void {
    if (this.terms.ledger.isDirty) this.terms.commit();
  }

  /** @returns whether everything is on disk; where it is not, nobody is answered until it is */
  tried(): boolean {
    try {
      this.now();
      return true;
    } catch (error) {
      this.terms.onTrouble(error);
      return false;
    }
  }

  /**
   * What happens while nobody asks is on disk soon, too. A disk that cannot be written now is tried again.
   * @param then called each time that everything is on disk
   */
  goOn(then: () => void): void {
    const { ledger, wall } = this.terms;
    if (!ledger.isDurable) return;
    this.stopBeat = wall.after(COMMIT_EVERY_MS, () => {
      this.goOn(then);
      if (this.tried()) then();
    });
  }

  stop(): void {
    this.stopBeat();
  }
}

const DONE = Promise.resolve();
