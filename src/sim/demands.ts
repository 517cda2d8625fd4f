import { Purpose, RandomStream } from '../core/random.js';
import type { DurationLaw } from './duration-laws.js';

/** What chance decides of the work at one endpoint. */
export interface WorkSpec {
  readonly service: DurationLaw;
  /** 0 to 1 */
  readonly failureProbability: number;
  /** Infinity: none. */
  readonly requestTimeoutUs: number;
}

/**
 * What each request of a flow to one endpoint will demand, drawn when it is made: no policy can change it. Failures have a
 * stream of their own, so that switching them on leaves the service times alone.
 */
export class Demands {
  readonly service: DurationLaw;
  readonly serviceStream: RandomStream;
  readonly failureProbability: number;
  readonly requestTimeoutUs: number;
  private readonly failureStream: RandomStream;

  constructor(work: WorkSpec, seed: number, entity: number) {
    this.service = work.service;
    this.failureProbability = work.failureProbability;
    this.requestTimeoutUs = work.requestTimeoutUs;
    this.serviceStream = new RandomStream(seed, Purpose.service, entity);
    this.failureStream = new RandomStream(seed, Purpose.failure, entity);
  }

  nextFails(): boolean {
    return this.failureProbability > 0 && this.failureStream.uniform() < this.failureProbability;
  }
}

/** Turns a law into numbers with a stream of its own. */
export class Durations {
  constructor(
    private readonly law: DurationLaw,
    private readonly random: RandomStream,
  ) {}

  nextUs(): number {
    return this.law.drawUs(this.random);
  }
}
