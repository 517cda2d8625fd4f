import { accessSync, constants } from 'node:fs';
import type { Sample } from '../sample.js';
import type { Program, Suite, SuiteOptions } from '../suite.js';

const ENGINE = 'engine';
const K6 = 'k6';

const SETTING =
  '500 calls a second for 20 s: each a submit and three status polls 100 ms apart, 2,000 HTTP requests a second in all, over loopback, to a bare node:http server in a process of its own.';

/** What an HTTP request costs whoever sends it, beside k6 for the same calls. */
export function loadCostSuite(options: SuiteOptions): Suite {
  const k6Bin = process.env['K6_BIN'] ?? '.cache/bin/k6';
  const k6 = { ...program(options, K6, k6Bin), ...(canRun(k6Bin) ? {} : { missing: `no k6 at ${k6Bin}: set K6_BIN` }) };
  return {
    name: 'load-cost',
    title: 'Load: work of the client for an HTTP request',
    load: `${SETTING} CPU of the whole client process, its start included.`,
    unit: 'µs of the client’s CPU per HTTP request',
    lessIsBetter: true,
    figure: (sample: Sample) => (sample.cpuSeconds * 1e6) / sample.work,
    programs: [program(options, ENGINE), k6],
    comparisons: [{ of: ENGINE, to: K6, bound: { atMost: 1 } }],
    disagreements: differentWork,
  };
}

/** How exactly calls are sent at their times. */
export function loadPaceSuite(options: SuiteOptions): Suite {
  return {
    name: 'load-pace',
    title: 'Load: how late the engine sends',
    load: `${SETTING} p99 of the first byte’s time minus the planned time; the aim is below 5 ms.`,
    unit: 'ms after the planned time, p99',
    lessIsBetter: true,
    figure: (sample: Sample) => sample.sendErrorMs ?? Number.NaN,
    programs: [program(options, ENGINE)],
    comparisons: [],
    disagreements: () => [],
  };
}

function program({ programs, scale }: SuiteOptions, name: string, ...values: readonly string[]): Program {
  return programs.script(name, `load/${name}-load.js`, Math.max(1, Math.round(20 * scale)), ...values);
}

function differentWork(samples: ReadonlyMap<string, Sample>): string[] {
  const works = [...samples].map(([name, { work }]) => `${name}: ${work} HTTP requests`);
  return new Set([...samples.values()].map(({ work }) => work)).size > 1 ? works : [];
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
