import { spawnSync } from 'node:child_process';
import type { Program, Suite, SuiteOptions } from '../suite.js';

const THREADS = '2 threads';
const REDIS = '2 workers over Redis';

/** What it costs that the same seeds are simulated by other processes, with a queue in between. */
export function planWorkersSuite({ scale, programs }: SuiteOptions): Suite {
  const plans = Math.max(1, Math.round(scale));
  const missing = hasServer() ? {} : { missing: 'no redis-server and no valkey-server on PATH: run scripts/start-redis.sh --install' };
  const redis: Program = { ...programs.script(REDIS, 'samples/plan-workers.js', 'redis', plans), ...missing };
  return {
    name: 'plan-workers',
    title: 'A plan over Redis',
    load: 'slotstorm plan for 5/s of 12 s jobs, p95 wait below 2 s, first come first served, without analyses, from the start of the process to its end. Redis and two worker processes of one thread each, all on the same two cores, are up before.',
    unit: 's by the clock for a plan',
    lessIsBetter: true,
    figure: (sample) => (sample.wallSeconds ?? Number.NaN) / sample.work,
    programs: [programs.script(THREADS, 'samples/plan-workers.js', 'threads', plans), redis],
    comparisons: [{ of: REDIS, to: THREADS }],
    disagreements: (samples) => {
      const answers = [...samples.values()].map((sample) => sample['limit']);
      return new Set(answers).size <= 1 ? [] : [`the limits differ: ${answers.join(', ')}`];
    },
  };
}

function hasServer(): boolean {
  return ['redis-server', 'valkey-server'].some((program) => spawnSync(program, ['--version']).status === 0);
}
