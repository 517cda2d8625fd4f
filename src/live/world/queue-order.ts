/** Sorted numbers that mostly leave from the front. */
class Sorted {
  private numbers: number[] = [];
  /** Numbers before this place have left. */
  private head = 0;

  get length(): number {
    return this.numbers.length - this.head;
  }

  /** @returns whether it was not there */
  add(number: number): boolean {
    const { numbers } = this;
    if (numbers.length === this.head || (numbers[numbers.length - 1] as number) < number) {
      numbers.push(number);
      return true;
    }
    const place = this.placeOf(number);
    if (numbers[place] === number) return false;
    numbers.splice(place, 0, number);
    return true;
  }

  /** @returns whether it was there */
  remove(number: number): boolean {
    const place = this.placeOf(number);
    if (this.numbers[place] !== number) return false;
    if (place !== this.head) this.numbers.splice(place, 1);
    else this.removeFirst();
    return true;
  }

  /** How many are smaller. */
  before(number: number): number {
    return this.placeOf(number) - this.head;
  }

  private removeFirst(): void {
    this.head++;
    if (this.head < 1024 || this.head * 2 < this.numbers.length) return;
    this.numbers = this.numbers.slice(this.head);
    this.head = 0;
  }

  private placeOf(number: number): number {
    let low = this.head;
    let high = this.numbers.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.numbers[middle] as number) < number) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Who waits at one endpoint, whoever's they are: `queue_position` counts those ahead. All `normal` stand before any `low`. */
export class QueueOrder {
  private readonly normal = new Sorted();
  private readonly low = new Sorted();

  get length(): number {
    return this.normal.length + this.low.length;
  }

  /** @param ordinal in order of acceptance @returns whether it did not stand there already */
  join(ordinal: number, isLow: boolean): boolean {
    return (isLow ? this.low : this.normal).add(ordinal);
  }

  /** @returns whether it stood there */
  leave(ordinal: number, isLow: boolean): boolean {
    return (isLow ? this.low : this.normal).remove(ordinal);
  }

  position(ordinal: number, isLow: boolean): number {
    return isLow ? this.normal.length + this.low.before(ordinal) : this.normal.before(ordinal);
  }
}
