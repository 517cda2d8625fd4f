import type { Levels, ScopeName } from './replay.js';

/** One scope: an account, or an account on one endpoint. */
class ScopePage {
  counted: number | undefined;
  held = 0;
  running = 0;
  ghosts = 0;
  unleased = 0;
  limit = Number.POSITIVE_INFINITY;
  queued = 0;
  /** An endpoint's scope is shown once it has a limit of its own. */
  number = -1;

  constructor(readonly name: ScopeName) {}

  get levels(): Levels {
    const { counted, held, running, ghosts, unleased, limit, queued, name } = this;
    const ofAccount = name.endpoint === undefined;
    return { counted, held, running, ghosts, unleased, limit: Number.isFinite(limit) ? limit : null, queued: ofAccount ? queued : undefined };
  }
}

/** Whose levels an event of a request changes. */
interface Holder {
  readonly account: string;
  readonly endpoint: string;
}

/** Counts of all scopes, and which of them the last event has changed. */
export class ScopeBook {
  /** In the order of their numbers: those that are shown. */
  readonly names: ScopeName[] = [];
  private readonly shown: ScopePage[] = [];
  private readonly accounts = new Map<string, { readonly own: ScopePage; readonly endpoints: Map<string, ScopePage> }>();
  private changed: ScopePage[] = [];

  /** A new event begins. */
  begin(): void {
    if (this.changed.length > 0) this.changed = [];
  }

  /** What the event has changed so far. */
  changes(): [scope: number, levels: Levels][] {
    return this.changed.filter((page) => page.number >= 0).map((page) => [page.number, page.levels]);
  }

  /** Levels of all scopes that are shown, by number. */
  all(): Levels[] {
    return this.shown.map((page) => page.levels);
  }

  count(account: string, counted: number): void {
    const page = this.own(account);
    page.counted = counted;
    this.note(page);
  }

  limit(account: string, endpoint: string | undefined, limit: number): void {
    const page = endpoint === undefined ? this.own(account) : this.on(account, endpoint);
    page.limit = limit;
    this.show(page);
    this.note(page);
  }

  changeQueue(account: string, by: number): void {
    const page = this.own(account);
    page.queued += by;
    this.note(page);
  }

  changeHeld(holder: Holder, by: number): void {
    for (const page of this.of(holder)) {
      page.held += by;
      this.note(page);
    }
  }

  changeRunning(holder: Holder, by: number): void {
    for (const page of this.of(holder)) {
      page.running += by;
      this.note(page);
    }
  }

  changeAmiss(holder: Holder, ghosts: number, unleased: number): void {
    for (const page of this.of(holder)) {
      page.ghosts += ghosts;
      page.unleased += unleased;
      this.note(page);
    }
  }

  private of({ account, endpoint }: Holder): [ScopePage, ScopePage] {
    return [this.own(account), this.on(account, endpoint)];
  }

  private own(account: string): ScopePage {
    return this.entry(account).own;
  }

  private on(account: string, endpoint: string): ScopePage {
    const { endpoints } = this.entry(account);
    let page = endpoints.get(endpoint);
    if (page === undefined) {
      page = new ScopePage({ account, endpoint });
      endpoints.set(endpoint, page);
    }
    return page;
  }

  private entry(account: string) {
    let entry = this.accounts.get(account);
    if (entry === undefined) {
      entry = { own: new ScopePage({ account, endpoint: undefined }), endpoints: new Map() };
      this.accounts.set(account, entry);
      this.show(entry.own);
    }
    return entry;
  }

  private show(page: ScopePage): void {
    if (page.number >= 0) return;
    page.number = this.shown.length;
    this.shown.push(page);
    this.names.push(page.name);
  }

  private note(page: ScopePage): void {
    if (!this.changed.includes(page)) this.changed.push(page);
  }
}
