import type { Suite, SuiteOptions } from '../suite.js';

const BATCHES = [1, 10, 100];

/** What it costs that a request outlives the process. */
export function ledgerSuite({ scale, programs }: SuiteOptions): Suite {
  const requests = 100 * Math.max(1, Math.round(500 * scale));
  const nameOf = (batch: number): string => `${batch} to a commit`;
  return {
    name: 'ledger',
    title: 'Ledger on disk',
    load: `${requests.toLocaleString('en')} requests with an input of 90 bytes and an answer of 140 are accepted, started, ended and forgotten, each of the first three in a commit of its own, which it shares with so many others.`,
    unit: 'µs of CPU per request',
    lessIsBetter: true,
    figure: (sample) => (sample.cpuSeconds * 1e6) / sample.work,
    programs: BATCHES.map((batch) => programs.script(nameOf(batch), 'emulator/ledger.js', `.cache/bench/ledger-${batch}`, batch, requests)),
    comparisons: [{ of: nameOf(100), to: nameOf(1) }],
    disagreements: () => [],
  };
}
