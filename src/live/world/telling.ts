import type { ApiKey } from '../../core/accounts.js';
import type { ChangeBell } from './change-bell.js';
import type { KeyBook } from './key-book.js';
import type { LiveRequest, RequestChange } from './live-request.js';
import type { RequestRecord } from './request-record.js';

/**
 * Tells those who watch what has changed, after the platform has come to rest: whoever is told may do something to it again.
 */
export class Telling {
  private readonly untold: { readonly record: RequestRecord; readonly change: RequestChange }[] = [];
  private readonly refusedKeys: ApiKey[] = [];
  private readonly endListeners = new Set<(request: LiveRequest) => void>();
  /** Ends of restored requests come before anybody listens. */
  private readonly unheard: LiveRequest[] = [];
  private isTelling = false;
  private keys: KeyBook | undefined;

  constructor(private readonly bell: ChangeBell) {}

  connect(keys: KeyBook): void {
    this.keys = keys;
  }

  onEnd(listener: (request: LiveRequest) => void): () => void {
    this.endListeners.add(listener);
    for (const request of this.unheard.splice(0)) listener(request);
    return () => this.endListeners.delete(listener);
  }

  later(record: RequestRecord, change: RequestChange): void {
    this.bell.ring();
    if (record.isWatched || change === 'end') this.untold.push({ record, change });
  }

  keyRefused(key: ApiKey): void {
    this.refusedKeys.push(key);
  }

  now(record: RequestRecord, change: RequestChange): void {
    this.later(record, change);
    this.all();
  }

  all(): void {
    if (this.isTelling || (this.untold.length === 0 && this.refusedKeys.length === 0)) return;
    this.isTelling = true;
    try {
      for (let next = this.untold.shift(); next !== undefined; next = this.untold.shift()) this.tell(next.record, next.change);
      for (const key of this.refusedKeys.splice(0)) this.keys?.tellRefused(key);
    } finally {
      this.isTelling = false;
    }
  }

  private tell(record: RequestRecord, change: RequestChange): void {
    record.tell(change);
    if (change !== 'end') return;
    if (this.endListeners.size === 0 && record.webhook !== undefined) this.unheard.push(record);
    for (const listener of this.endListeners) listener(record);
  }
}
