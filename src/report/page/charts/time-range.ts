/** The least that can be shown, as a share of the run: finer, timelines have nothing to tell. */
const NARROWEST = 1 / 2_000;
const STEP = 0.25;
const FACTOR = 2;

/** What part of a run is shown, in seconds. It never leaves the run. */
export class TimeRange {
  fromS = 0;
  toS: number;

  constructor(readonly endS: number) {
    this.toS = endS;
  }

  get isWhole(): boolean {
    return this.fromS <= 0 && this.toS >= this.endS;
  }

  show(oneS: number, otherS: number): void {
    const spanS = Math.min(this.endS, Math.max(Math.abs(otherS - oneS), this.endS * NARROWEST));
    const fromS = (oneS + otherS) / 2 - spanS / 2;
    this.fromS = Math.min(Math.max(0, fromS), this.endS - spanS);
    this.toS = this.fromS + spanS;
  }

  showAll(): void {
    this.show(0, this.endS);
  }

  /** Closer to the middle, or away from it. */
  zoom(direction: 'in' | 'out'): void {
    const spanS = (this.toS - this.fromS) * (direction === 'in' ? 1 / FACTOR : FACTOR);
    const middleS = (this.fromS + this.toS) / 2;
    this.show(middleS - spanS / 2, middleS + spanS / 2);
  }

  move(direction: 'earlier' | 'later'): void {
    const stepS = (this.toS - this.fromS) * STEP * (direction === 'earlier' ? -1 : 1);
    const fromS = Math.min(Math.max(0, this.fromS + stepS), this.endS - (this.toS - this.fromS));
    this.show(fromS, fromS + (this.toS - this.fromS));
  }
}
