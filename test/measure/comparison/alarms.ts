import type { Baseline } from '../../../src/measure/comparison/baseline.js';
import { compareBaselines } from '../../../src/measure/comparison/compare-with-baseline.js';
import { madeBaseline, OPTIONS } from './results.js';

export { queueAtLoad, SeedBatches, twoFlows } from './batches.js';
export { compareBaselines, madeBaseline, OPTIONS };

/** How often nothing has changed and something is called worse or better; once with the usual margin, once with none. */
export function alarmsAmong(pairs: number, pair: (n: number) => readonly [Baseline, Baseline]): { usual: number; noMargin: number } {
  const alarms = { usual: 0, noMargin: 0 };
  for (let n = 0; n < pairs; n++) {
    const [from, to] = pair(n);
    const isAlarm = (terms: { marginShare?: number; marginMs?: number }): boolean =>
      compareBaselines(to, from, { ...OPTIONS, terms }).numbers.some(({ gates, verdict }) => gates && (verdict === 'worse' || verdict === 'better'));
    if (isAlarm({})) alarms.usual++;
    if (isAlarm({ marginShare: 0, marginMs: 0 })) alarms.noMargin++;
  }
  return alarms;
}
