import { near, sameCounts } from '../agreement.js';
import { MMC_LOAD, MMC_SERVERS } from '../loads.js';
import type { Suite, SuiteOptions } from '../suite.js';
import { requestsPerCpuSecond } from './product.js';

const SERVICE_US = 5_000_000;

/** Erlang C: the share of customers that wait in M/M/c. */
export function waitProbability(servers: number, load: number): number {
  let blocked = 1;
  for (let n = 1; n <= servers; n++) blocked = (load * servers * blocked) / (n + load * servers * blocked);
  return blocked / (1 - load * (1 - blocked));
}

/** The textbook queue that every simulator can do, so that the platform can be held against one from npm. */
export function mmcSuite({ scale, programs }: SuiteOptions): Suite {
  const customers = Math.round(3_000_000 * scale);
  const meanWaitUs = (waitProbability(MMC_SERVERS, MMC_LOAD) * SERVICE_US) / (MMC_SERVERS * (1 - MMC_LOAD));
  return {
    name: 'mmc',
    title: 'M/M/40 at load 0.9',
    load: `${customers / 1e6} M customers, first come first served, every wait recorded. The platform runs one account with 40 slots, its waiters woken in order.`,
    unit: 'customers per CPU-second',
    figure: requestsPerCpuSecond,
    programs: [
      programs.script('platform', 'samples/platform.js', 'mm40', customers),
      programs.script('simjs 2.0.3', 'samples/simjs.js', customers, 'one'),
      programs.script('simjs 2.0.3, an entity a customer', 'samples/simjs.js', customers, 'each'),
      programs.script('plain arrays', 'reference/mmc-arrays.js', customers),
      programs.native('C++', 'mmc.cpp', customers),
    ],
    comparisons: [
      { of: 'platform', to: 'simjs 2.0.3', bound: { atLeast: 8 } },
      { of: 'platform', to: 'simjs 2.0.3, an entity a customer' },
      { of: 'platform', to: 'plain arrays' },
      { of: 'plain arrays', to: 'simjs 2.0.3' },
      { of: 'plain arrays', to: 'C++' },
    ],
    disagreements: (samples) => [
      ...sameCounts(samples, 'plain arrays', 'C++'),
      // The mean wait of 1 M customers scatters by 4 %.
      ...(customers < 1_000_000 ? [] : near(samples, 'the mean wait in µs', (sample) => Number(sample['meanWaitUs']), meanWaitUs, 0.15)),
    ],
  };
}
