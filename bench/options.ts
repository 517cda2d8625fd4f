import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Names of suites; empty: all. */
  readonly suites: readonly string[];
  readonly rounds: number;
  readonly full: boolean;
  readonly scale: number;
  readonly writeDocs: boolean;
  readonly gate: boolean;
}

export const USAGE = `npm run bench -- [suites] [options]

  suites          of product, mmc, hold, short, memory, workers, parts, ledger, emulator, load; none named: all
  --rounds N      how often each program runs, in turns (3; with --gate 7)
  --full          memory up to 100 M requests rather than 10 M; takes minutes
  --scale X       X times the work in each sample; below 1 the figures mean little
  --write-docs    put the figures into bench/results.json and docs/performance.md
  --gate          fail when a ratio is worse than 0.8 of the one in bench/results.json`;

export const GATE_ROUNDS = 7;

/** Something on the command line is wrong: what was expected, and what came. */
export class UsageError extends Error {}

/** @throws UsageError */
export function readOptions(values: readonly string[]): BenchOptions {
  const { values: flags, positionals } = parse(values);
  const rounds = Number(flags.rounds ?? (flags.gate ? GATE_ROUNDS : 3));
  if (!Number.isInteger(rounds) || rounds < 1) throw new UsageError(`--rounds: expected a whole number from 1 up, got ${flags.rounds}`);
  if (flags.gate && rounds < GATE_ROUNDS) throw new UsageError(`--rounds: expected at least ${GATE_ROUNDS} with --gate, got ${rounds}: fewer tell too little`);
  const scale = Number(flags.scale);
  if (!(scale > 0)) throw new UsageError(`--scale: expected a factor above 0, got ${flags.scale}`);
  const writeDocs = flags['write-docs'];
  if (writeDocs && scale < 1) throw new UsageError(`--write-docs: expected --scale of at least 1, got ${scale}: smaller samples measure the compiler`);
  return { suites: positionals, rounds, full: flags.full, scale, writeDocs, gate: flags.gate };
}

function parse(values: readonly string[]) {
  try {
    return parseArgs({
      args: [...values],
      allowPositionals: true,
      options: {
        rounds: { type: 'string' },
        full: { type: 'boolean', default: false },
        scale: { type: 'string', default: '1' },
        'write-docs': { type: 'boolean', default: false },
        gate: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** What repeats this measurement. */
export function commandOf(suite: string, { rounds, full, scale }: BenchOptions): string {
  const extras = [`--rounds ${rounds}`, ...(full && suite === 'memory' ? ['--full'] : []), ...(scale === 1 ? [] : [`--scale ${scale}`])];
  return `npm run bench -- ${suite} ${extras.join(' ')}`;
}
