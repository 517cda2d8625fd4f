import { adviceFor, type Build, buildText, isSameBuild } from './build.js';
import type { PresentWorker } from './presence.js';
import { WorkersError } from './workers-error.js';

/** So long may workers of other builds be alone: one of the right build may just be starting, ms. */
const OTHERS_ALONE_MS = 3_000;
/** A person is told after this that nobody works, ms. */
const SILENCE_MS = 10_000;

export interface LookoutTerms {
  readonly build: Build;
  /** The address of Redis as it may be shown, and the option that names another prefix, if there is one. */
  readonly worker: string;
  /** No worker for so long, and the plan ends, ms. */
  readonly waitMs: number;
  say(line: string): void;
}

/** Knows which workers there are, and when it is time to say that there are none. */
export class WorkerLookout {
  /** How many jobs can be in work at once. */
  threads = 1;
  present = 0;
  private readonly ids = new Set<string>();
  private aloneSinceMs: number | undefined;
  private hasSaid = false;

  constructor(private readonly terms: LookoutTerms) {}

  /** Workers that have been there, now or before. */
  get seen(): number {
    return this.ids.size;
  }

  /**
   * @param nowMs on a clock that never goes backwards
   * @throws WorkersError when it makes no sense to wait any longer
   */
  note(workers: ReadonlyMap<string, PresentWorker>, nowMs: number): void {
    this.look(workers);
    if (this.present === 0) this.noteNone([...workers.values()], nowMs);
    else this.heard();
  }

  /** Somebody works, whether or not he is seen: a job has come back. */
  heard(): void {
    this.aloneSinceMs = undefined;
    this.hasSaid = false;
  }

  /** As `note`, when there is nothing to do: nobody is missed. */
  rest(workers: ReadonlyMap<string, PresentWorker>): void {
    this.look(workers);
    this.aloneSinceMs = undefined;
  }

  private look(workers: ReadonlyMap<string, PresentWorker>): void {
    const fitting = [...workers].filter(([, worker]) => isSameBuild(worker, this.terms.build));
    for (const [id] of fitting) this.ids.add(id);
    this.present = fitting.length;
    const threads = fitting.reduce((sum, [, worker]) => sum + worker.threads, 0);
    this.threads = Math.max(1, threads);
  }

  private noteNone(others: readonly PresentWorker[], nowMs: number): void {
    const { build, waitMs, worker, say } = this.terms;
    this.aloneSinceMs ??= nowMs;
    const waitedMs = nowMs - this.aloneSinceMs;
    if (others.length > 0 && waitedMs >= Math.min(OTHERS_ALONE_MS, waitMs)) throw new WorkersError(otherBuilds(others, build));
    if (waitedMs >= waitMs)
      throw new WorkersError(`no worker has taken a job for ${waitMs / 1_000} s (--worker-wait); start one with: npx slotstorm worker ${worker}`);
    if (this.hasSaid || waitedMs < SILENCE_MS) return;
    this.hasSaid = true;
    say(`no worker takes a job; start one with: npx slotstorm worker ${worker} (waiting for another ${Math.round((waitMs - waitedMs) / 1_000)} s)`);
  }
}

function otherBuilds(others: readonly PresentWorker[], build: Build): string {
  const shown = others.slice(0, 5).map((other) => `${other.name} is ${buildText(other)}`);
  const more = others.length > shown.length ? `, and ${others.length - shown.length} more` : '';
  const advice = [...new Set(others.map((other) => adviceFor(build, other)))].join('; or ');
  return `the workers are of another build: ${shown.join(', ')}${more}; this plan is ${buildText(build)}. Their figures could differ: ${advice}`;
}
