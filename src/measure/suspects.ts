/** How many suspects there are of any kind: while there are none, nobody has to look at the clock. */
export class SuspectCount {
  open = 0;
}

/**
 * What may turn out to be wrong, in the order in which it began. Every law gives all its suspects the same grace, so
 * only the oldest ever has to be looked at: O(1) each time that time passes.
 */
export class Suspects<T> {
  private items: (T | undefined)[] = [];
  private head = 0;

  constructor(private readonly count: SuspectCount) {}

  get isEmpty(): boolean {
    return this.head === this.items.length;
  }

  /** @param item began no earlier than those before it */
  add(item: T): void {
    this.items.push(item);
    this.count.open++;
  }

  /** There must be one. */
  get oldest(): T {
    return this.items[this.head] as T;
  }

  dropOldest(): void {
    this.items[this.head++] = undefined;
    this.count.open--;
    if (this.head === this.items.length) {
      this.items.length = 0;
      this.head = 0;
    } else if (this.head > 1024 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
  }

  all(): T[] {
    return this.items.slice(this.head) as T[];
  }
}
