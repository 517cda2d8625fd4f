import type { RandomStream } from '../core/random.js';
import type { ServiceSpec } from '../scenario/types.js';

/** Draws service demands in whole µs, at least 1: work that takes no time at all would hide every overlap. */
export class ServiceTimes {
  private readonly logMean: number;
  private readonly logSd: number;

  constructor(
    private readonly spec: ServiceSpec,
    private readonly random: RandomStream,
  ) {
    const variance = spec.kind === 'lognormal' ? Math.log(1 + spec.cv * spec.cv) : 0;
    this.logSd = Math.sqrt(variance);
    this.logMean = spec.kind === 'lognormal' ? Math.log(spec.meanUs) - variance / 2 : 0;
  }

  drawUs(): number {
    const { spec, random } = this;
    switch (spec.kind) {
      case 'constant':
        return Math.max(1, spec.us);
      case 'exponential':
        return Math.max(1, Math.round(spec.meanUs * random.exponential()));
      case 'lognormal':
        return Math.max(1, Math.round(Math.exp(this.logMean + this.logSd * random.normal())));
    }
  }
}
