import type { Ledger } from '../store/ledger.js';

/** Puts what has happened on disk: all that has gathered by the end of this turn of the event loop in one transaction. */
export class Commits {
  private next: Promise<void> | undefined;

  constructor(
    private readonly ledger: Ledger,
    private readonly commit: () => void,
  ) {}

  /** Resolves when everything so far is on disk. Rejects when it cannot be written: then nobody may hear of it. */
  soon(): Promise<void> {
    if (!this.ledger.isDirty) return DONE;
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
    if (this.ledger.isDirty) this.commit();
  }
}

const DONE = Promise.resolve();
