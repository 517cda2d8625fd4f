/** What one fresh process measured and printed, as one line of JSON. */
export interface Sample {
  /** How much was done, in the suite's unit of work: requests, customers, holds, seeds. */
  readonly work: number;
  /** User and system time of the whole process while it worked, compiler and garbage collector included. */
  readonly cpuSeconds: number;
  readonly wallSeconds?: number;
  /** The largest resident size the process ever had. */
  readonly peakBytes?: number;
  /** p99 of how late calls were sent. */
  readonly sendErrorMs?: number;
  /** Everything else that was counted. The same program with the same arguments must count the same in every round. */
  readonly [count: string]: number | string | undefined;
}

const MEASURED = ['cpuSeconds', 'wallSeconds', 'peakBytes', 'sendErrorMs'];

/** What a sample counted, without what it measured: two programs of one model must agree in this. */
export function countsOf(sample: Sample): Readonly<Record<string, number | string | undefined>> {
  return Object.fromEntries(Object.entries(sample).filter(([name]) => !MEASURED.includes(name)));
}

/** Does the work, prints the sample. For the sample programs only. */
export function measureAndPrint(work: () => { readonly work: number; readonly [count: string]: number | string }): void {
  const startedNs = process.hrtime.bigint();
  const before = process.cpuUsage();
  const counts = work();
  const { user, system } = process.cpuUsage(before);
  const wallSeconds = Number(process.hrtime.bigint() - startedNs) / 1e9;
  const sample: Sample = { ...counts, cpuSeconds: (user + system) / 1e6, wallSeconds, peakBytes: process.resourceUsage().maxRSS * 1024 };
  console.log(JSON.stringify(sample));
}

/** A whole number from the command line of a sample program. */
export function countArgument(index: number, name: string): number {
  const value = Number(process.argv[index]);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${name}: expected a whole number from 1 up, got ${process.argv[index] ?? 'nothing'}`);
  return value;
}
