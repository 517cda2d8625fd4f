/** Counts by name, cheaper than a labelled counter: those are brought up to it when somebody asks. */
export class Tally {
  private readonly counts = new Map<string, number>();

  add(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  entries(): Iterable<readonly [name: string, count: number]> {
    return this.counts;
  }
}
