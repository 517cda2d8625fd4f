import { Purpose, RandomStream } from '../../src/core/random.js';
import { fitTrace } from '../../src/fit/fit-trace.js';
import type { FitResult } from '../../src/measure/capacity/fit-result.js';
import type { SyntheticArrivals } from '../../src/scenario/arrival-types.js';
import type { DurationSpec } from '../../src/scenario/durations.js';
import { arrivalProcess } from '../../src/sim/arrivals.js';
import { durationLaw } from '../../src/sim/duration-laws.js';
import { TraceColumnsMaker } from '../../src/sim/trace-columns.js';
import { S } from '../helpers/world.js';

/** Monday, 1 January 2024, midnight: where made recordings begin. */
export const MONDAY_US = Date.UTC(2024, 0, 1) * 1000;

/** Arrivals of a known process, µs since midnight of a Monday. @param resolutionUs of the clock that records them */
export function arrivalsOf(spec: SyntheticArrivals, seed = 7, resolutionUs = 1): number[] {
  const process = arrivalProcess(spec, seed, 0);
  const times: number[] = [];
  let nowUs = 0;
  for (let gapUs = process.nextGapUs(); gapUs >= 0; gapUs = process.nextGapUs()) {
    nowUs += gapUs;
    times.push(MONDAY_US + Math.floor(nowUs / resolutionUs) * resolutionUs);
  }
  return times;
}

/** Service times of a known law, µs. */
export function durationsOf(spec: DurationSpec, count: number, resolutionUs = 1, seed = 7): number[] {
  const law = durationLaw(spec, () => []);
  const random = new RandomStream(seed, Purpose.service, 0);
  return Array.from({ length: count }, () => Math.max(resolutionUs, Math.round(law.drawUs(random) / resolutionUs) * resolutionUs));
}

/** @param serviceUs one for each arrival; undefined: the recording has none */
export function fitOf(atUs: readonly number[], serviceUs?: readonly number[]): FitResult {
  const maker = new TraceColumnsMaker();
  for (const [n, at] of atUs.entries()) maker.add({ line: n + 2, atUs: at, serviceUs: serviceUs?.[n] ?? Number.NaN, account: '', endpoint: '' });
  const columns = maker.columns({ rows: atUs.length, reordered: 0, skipped: [] });
  return fitTrace({ file: 'made.csv', columns, hasService: serviceUs !== undefined });
}

/** One request a second, so that only the service is of interest. */
export function fitOfService(serviceUs: readonly number[]): FitResult {
  return fitOf(
    serviceUs.map((_, n) => MONDAY_US + n * S),
    serviceUs,
  );
}
