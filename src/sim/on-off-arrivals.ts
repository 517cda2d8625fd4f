import type { RandomStream } from '../core/random.js';
import { US_PER_SECOND } from '../core/time.js';
import type { OnOffSpec } from '../scenario/arrival-types.js';
import type { ArrivalProcess } from './arrival-process.js';

/**
 * A Poisson process whose rate switches between two phases of exponential length (a Markov-modulated one). It begins in
 * its stationary state: on with probability meanOn / (meanOn + meanOff), so its expected rate is the same from the start.
 * The phases have a stream of their own.
 */
export class OnOff implements ArrivalProcess {
  private readonly spanUs: number;
  private isOn: boolean;
  private phaseEndsUs: number;
  /** Since `fromUs`, not rounded: gaps are rounded one by one, their sum is not. */
  private atUs = 0;
  private lastUs = 0;

  constructor(
    private readonly spec: OnOffSpec,
    private readonly random: RandomStream,
    private readonly phases: RandomStream,
  ) {
    this.spanUs = spec.toUs - spec.fromUs;
    this.isOn = phases.uniform() * (spec.meanOnUs + spec.meanOffUs) < spec.meanOnUs;
    // What is left of a phase that has begun is as long as a whole one: the exponential has no memory.
    this.phaseEndsUs = this.drawPhaseUs();
  }

  nextGapUs(): number {
    this.move(this.random.exponential());
    const whenUs = this.spec.fromUs + Math.round(this.atUs);
    if (whenUs >= this.spec.toUs) return -1;
    const gapUs = whenUs - this.lastUs;
    this.lastUs = whenUs;
    return gapUs;
  }

  /** On by an area of `requests` under the rate, or to the end. */
  private move(requests: number): void {
    let missing = requests;
    while (this.atUs < this.spanUs) {
      const rate = (this.isOn ? this.spec.onPerSecond : this.spec.offPerSecond) / US_PER_SECOND;
      const ofThisPhase = rate * (this.phaseEndsUs - this.atUs);
      if (missing < ofThisPhase) {
        this.atUs += missing / rate;
        return;
      }
      missing -= ofThisPhase;
      this.atUs = this.phaseEndsUs;
      this.isOn = !this.isOn;
      this.phaseEndsUs += this.drawPhaseUs();
    }
  }

  private drawPhaseUs(): number {
    return this.phases.exponential() * (this.isOn ? this.spec.meanOnUs : this.spec.meanOffUs);
  }
}
