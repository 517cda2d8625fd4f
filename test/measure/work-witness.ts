import { HistoryKind } from '../../src/core/history.js';
import type { Platform } from '../../src/core/platform.js';
import type { RunSink } from '../../src/sim/simulation.js';

interface Stretch {
  readonly fromUs: number;
  toUs: number | undefined;
}

/** Writes down, beside the recorder and without its truths, when work of each request ran. */
export class WorkWitness implements RunSink {
  private readonly work = new Map<string, Map<number, Stretch>>();
  private platform!: Platform;
  private nth = 0;

  attach({ platform }: Parameters<RunSink['attach']>[0]): void {
    this.platform = platform;
  }

  /** When at least one execution of the request ran: stretches that touch are one. */
  of(request: string): Stretch[] {
    const joined: Stretch[] = [];
    const all = [...(this.work.get(request)?.values() ?? [])].filter(({ fromUs, toUs }) => toUs !== fromUs);
    for (const { fromUs, toUs } of all.sort((one, other) => one.fromUs - other.fromUs)) {
      const last = joined.at(-1);
      if (last === undefined || (last.toUs ?? Number.POSITIVE_INFINITY) < fromUs) joined.push({ fromUs, toUs });
      else if (last.toUs !== undefined) last.toUs = toUs === undefined ? undefined : Math.max(last.toUs, toUs);
    }
    return joined;
  }

  record(kind: HistoryKind, id: number, a: number): void {
    if (kind === HistoryKind.executionStarted || kind === HistoryKind.executionStartedStale) this.begins(id, a);
    if (kind === HistoryKind.executionEnded) this.ends(id, a);
  }

  dispatched(request: number, _lease: number, _count: number, execution: number): void {
    this.begins(request, execution);
  }

  completed(request: number, _lease: number, _count: number, execution: number): void {
    this.ends(request, execution);
  }

  callBegan(): void {}
  callRetried(): void {}
  callEnded(): void {}
  zombiePolls(): void {}
  iterationDropped(): void {}

  private begins(request: number, execution: number): void {
    const own = this.ownOf(request);
    // Numbers of executions are used again.
    const former = own.get(execution);
    if (former !== undefined) own.set(-++this.nth, former);
    own.set(execution, { fromUs: this.platform.calendar.nowUs, toUs: undefined });
  }

  private ends(request: number, execution: number): void {
    const stretch = this.ownOf(request).get(execution);
    if (stretch !== undefined) stretch.toUs ??= this.platform.calendar.nowUs;
  }

  private ownOf(request: number): Map<number, Stretch> {
    const name = `req-${this.platform.requests.at(request).ordinal}`;
    let own = this.work.get(name);
    if (own === undefined) {
      own = new Map();
      this.work.set(name, own);
    }
    return own;
  }
}
