/** What stands in line: whose it is, and where it goes. */
export interface Outgoing {
  readonly account: string;
  readonly url: string;
}

/** How many may be under way at once. */
export interface LineLimits {
  readonly all: number;
  readonly perAccount: number;
  readonly perOrigin: number;
}

/**
 * Who is next to be delivered: accounts in turn, and only so many at once for one account and to one receiver. A receiver
 * that never answers holds up no more than these.
 */
export class DeliveryLine<Item extends Outgoing> {
  /** By account, then by origin; whoever was served last is the last. */
  readonly #waiting = new Map<string, Map<string, Set<Item>>>();
  readonly #perAccount = new Tally();
  readonly #perOrigin = new Tally();
  #underWay = 0;

  constructor(private readonly limits: LineLimits) {}

  add(item: Item): void {
    const origins = this.#waiting.get(item.account) ?? new Map<string, Set<Item>>();
    this.#waiting.set(item.account, origins);
    const origin = originOf(item);
    const items = origins.get(origin) ?? new Set<Item>();
    origins.set(origin, items.add(item));
  }

  /** Takes the next out of the line; it is under way until `done`. @returns undefined: none may go now */
  next(): Item | undefined {
    if (this.#underWay >= this.limits.all) return undefined;
    for (const [account, origins] of this.#waiting) {
      if (this.#perAccount.of(account) >= this.limits.perAccount) continue;
      const item = this.#nextOf(origins);
      if (item === undefined) continue;
      this.#waiting.delete(account);
      if (origins.size > 0) this.#waiting.set(account, origins);
      this.#count(item, 1);
      return item;
    }
    return undefined;
  }

  done(item: Item): void {
    this.#count(item, -1);
  }

  clear(): void {
    this.#waiting.clear();
  }

  #nextOf(origins: Map<string, Set<Item>>): Item | undefined {
    for (const [origin, items] of origins) {
      const [item] = items;
      if (item === undefined || this.#perOrigin.of(origin) >= this.limits.perOrigin) continue;
      items.delete(item);
      origins.delete(origin);
      if (items.size > 0) origins.set(origin, items);
      return item;
    }
    return undefined;
  }

  #count(item: Item, change: 1 | -1): void {
    this.#underWay += change;
    this.#perAccount.add(item.account, change);
    this.#perOrigin.add(originOf(item), change);
  }
}

/** Numbers by name; those that are 0 take no room. */
class Tally {
  readonly #counts = new Map<string, number>();

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  add(name: string, change: number): void {
    const count = this.of(name) + change;
    if (count === 0) this.#counts.delete(name);
    else this.#counts.set(name, count);
  }
}

/** What cannot be read goes nowhere in any case. */
function originOf({ url }: Outgoing): string {
  return URL.canParse(url) ? new URL(url).origin : '';
}
