import type { Sample } from '../sample.js';
import type { Program, Suite, SuiteOptions } from '../suite.js';

const BARE = 'bare node:http';
const MEMORY = 'emulator, in memory';
const DATA = 'emulator, --data';
const KINDS = [
  [BARE, 'bare'],
  [MEMORY, 'memory'],
  [DATA, 'data'],
] as const;
const MIB = 2 ** 20;

const SETTING =
  '64 keep-alive connections of autocannon, in a process of its own, to a server in a process of its own, over loopback. The bare server reads the body, parses it and answers as many bytes.';
const LOADS = {
  submit: `Queue submits with an input of 130 bytes, each of which is also started, worked on for 20 ms and ended within the measurement. ${SETTING}`,
  status: `Status polls of 64 requests that wait. ${SETTING}`,
} as const;

type What = keyof typeof LOADS;

/** How many calls a second the emulator takes, beside the least that node:http can do. */
export function submitSuite(options: SuiteOptions): Suite {
  return rateSuite('submit', 'Emulator: queue submits', options);
}

export function statusSuite(options: SuiteOptions): Suite {
  return rateSuite('status', 'Emulator: status polls', options);
}

/** The same by the server's own work: what else the machine does matters less. */
export function submitCostSuite(options: SuiteOptions): Suite {
  return costSuite('submit', 'Emulator: work for a queue submit', options);
}

export function statusCostSuite(options: SuiteOptions): Suite {
  return costSuite('status', 'Emulator: work for a status poll', options);
}

/** What it needs to keep requests and streams. */
export function heldSuite({ scale, programs }: SuiteOptions): Suite {
  const queued = Math.round(10_000 * scale);
  const streams = Math.round(1_000 * scale);
  const program = (name: string, ...values: readonly (string | number)[]): Program => programs.script(name, 'emulator/held.js', ...values);
  const waiting = `${queued.toLocaleString('en')} waiting`;
  const watched = `${waiting}, ${streams.toLocaleString('en')} streams`;
  const idle = 'nothing yet';
  return {
    name: 'emulator-held',
    title: 'Emulator: requests held, streams open',
    load: `Requests that wait in the queue behind a limit of 2, and status streams (server-sent events) of some of them. Memory after a collection of garbage.`,
    unit: 'MiB of resident memory',
    lessIsBetter: true,
    figure: (sample) => (sample.peakBytes ?? Number.NaN) / MIB,
    programs: [
      program(idle, 'memory', 0, 0),
      program(waiting, 'memory', queued, 0),
      program(watched, 'memory', queued, streams),
      program(`${watched}, --data`, 'data', queued, streams),
    ],
    comparisons: [{ of: watched, to: idle }],
    disagreements: () => [],
  };
}

function rateSuite(what: What, title: string, options: SuiteOptions): Suite {
  const aim = { atLeast: 0.7 };
  return {
    ...loadSuite(what, options),
    name: `emulator-${what}`,
    title,
    unit: 'requests per second by the clock',
    figure: (sample: Sample) => sample.work / (sample.wallSeconds ?? Number.NaN),
    comparisons: [
      { of: MEMORY, to: BARE, bound: aim },
      { of: DATA, to: BARE },
    ],
  };
}

function costSuite(what: What, title: string, options: SuiteOptions): Suite {
  return {
    ...loadSuite(what, options),
    name: `emulator-${what}-cost`,
    title,
    unit: 'µs of the server’s CPU per request',
    lessIsBetter: true,
    figure: (sample: Sample) => (sample.cpuSeconds * 1e6) / sample.work,
    comparisons: [
      { of: MEMORY, to: BARE },
      { of: DATA, to: MEMORY },
    ],
  };
}

function loadSuite(what: What, { scale, programs }: SuiteOptions): Pick<Suite, 'load' | 'programs' | 'disagreements'> {
  const amount = Math.max(64, Math.round(50_000 * scale));
  return {
    load: LOADS[what],
    programs: KINDS.map(([name, kind]) => programs.script(name, 'emulator/load.js', kind, what, amount)),
    disagreements: () => [],
  };
}
