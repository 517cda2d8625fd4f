import type { ResultFile, RunEvidence, RunResult } from '../measure/result.js';
import { formatNumber, plural } from './format.js';

export interface FittedResult {
  readonly result: ResultFile;
  /** What was left out, in words; empty: nothing. */
  readonly omitted: readonly string[];
  /** Whether every run still has its metrics and verdicts, so that tables can be made of them. */
  readonly hasAllRuns: boolean;
}

/** Runs that stay when even their bare numbers are too many. */
const LAST_RUNS = 1_000;

/**
 * Leaves out of a result what matters least until its JSON is no longer than `size`: evidence of all but the first variants,
 * then the stories of requests, then the details of runs without evidence, in the end whatever it takes.
 */
export function fitInto(result: ResultFile, size: number): FittedResult {
  const fitting = new Fitting(result, size);
  return fitting.fits ? { result, omitted: [], hasAllRuns: true } : fitting.fit();
}

class Fitting {
  private readonly runs: RunResult[];
  private readonly sizes: number[];
  private readonly frame: number;
  private total: number;
  private readonly omitted: string[] = [];
  private hasAllRuns = true;

  constructor(
    private readonly result: ResultFile,
    private readonly size: number,
  ) {
    this.runs = [...result.runs];
    this.frame = lengthOf({ ...result, runs: [] });
    // Between two runs stands a comma.
    this.sizes = this.runs.map((run) => lengthOf(run) + 1);
    this.total = this.sizes.reduce((sum, one) => sum + one, this.frame - Math.min(1, this.runs.length));
  }

  get fits(): boolean {
    return this.total <= this.size;
  }

  fit(): FittedResult {
    this.leaveOutLaterEvidence();
    this.leaveOut('the ways of single requests', (run) => run.evidence != null, withoutStories);
    this.leaveOutDetails();
    this.leaveOut(
      'charts and ledgers',
      (run) => run.evidence != null,
      (run) => ({ ...run, evidence: undefined }),
    );
    this.leaveOut('verdicts and metrics of the remaining runs', () => true, bare);
    const runs = this.fits ? this.runs : this.firstRuns();
    return { result: { ...this.result, runs }, omitted: this.omitted, hasAllRuns: this.hasAllRuns };
  }

  /** From the last variant on; that of the first stays. */
  private leaveOutLaterEvidence(): void {
    const places = this.runs.flatMap((run, at) => (run.evidence == null ? [] : [at])).slice(1);
    let left = 0;
    for (const at of places.toReversed()) {
      if (this.fits) break;
      this.replace(at, { ...(this.runs[at] as RunResult), evidence: undefined });
      left++;
    }
    if (left > 0) this.omitted.push(`charts and ledgers of ${plural(left, 'variant')} of ${formatNumber(places.length + 1)}`);
  }

  /** Of runs that passed first: whoever reads a page wants to know of the others. */
  private leaveOutDetails(): void {
    if (this.fits) return;
    const places = this.runs.flatMap((run, at) => (run.evidence == null ? [at] : []));
    const inOrder = [
      ...places.filter((at) => this.runs[at]?.verdict === 'pass').toReversed(),
      ...places.filter((at) => this.runs[at]?.verdict !== 'pass').toReversed(),
    ];
    let left = 0;
    for (const at of inOrder) {
      if (this.fits) break;
      this.replace(at, bare(this.runs[at] as RunResult));
      left++;
    }
    if (left === 0) return;
    this.hasAllRuns = false;
    this.omitted.push(`metrics and verdicts of ${plural(left, 'run')} of ${formatNumber(this.runs.length)}`);
  }

  private leaveOut(what: string, applies: (run: RunResult) => boolean, change: (run: RunResult) => RunResult): void {
    if (this.fits) return;
    let left = 0;
    for (const [at, run] of this.runs.entries()) {
      if (!applies(run)) continue;
      const before = this.sizes[at];
      this.replace(at, change(run));
      if (this.sizes[at] !== before) left++;
    }
    if (left === 0) return;
    if (change === bare) this.hasAllRuns = false;
    this.omitted.push(what);
  }

  private firstRuns(): RunResult[] {
    const kept = this.runs.slice(0, LAST_RUNS);
    if (kept.length < this.runs.length) this.omitted.push(`${plural(this.runs.length - kept.length, 'run')} of ${formatNumber(this.runs.length)}`);
    return kept;
  }

  private replace(at: number, run: RunResult): void {
    this.runs[at] = run;
    const size = lengthOf(run) + 1;
    this.total += size - (this.sizes[at] as number);
    this.sizes[at] = size;
  }
}

function withoutStories(run: RunResult): RunResult {
  const { stories: _stories, ...evidence } = run.evidence as RunEvidence;
  return { ...run, evidence };
}

/** What names a run and how it came out. */
function bare(run: RunResult): RunResult {
  return { ...run, thresholds: [], invariants: [], exercised: [], exercise: {}, metrics: {}, evidence: undefined, live: undefined };
}

function lengthOf(part: object): number {
  return JSON.stringify(part).length;
}
