import { CallMode } from '../../core/requests.js';
import { type AccountTrace, Phase, type RequestTrace } from '../traces.js';
import { Checker } from './checker.js';
import type { Scene } from './scene.js';

/** Queued requests of one account to one endpoint. */
class Line {
  /** First starts so far, and requests that have had none yet. */
  starts = 0;
  unstarted = 0;
  /** The same when the last fault was over. */
  startsAtCalm = 0;
  unstartedAtCalm = 0;
  faults = 0;
}

/** What the line was like when a request joined it. */
interface Joined {
  readonly starts: number;
  readonly ahead: number;
  readonly faults: number;
}

/** It joined while a fault, or what the platform does about one, could still mix up the line. */
const MIXED_UP = -1;

/**
 * How many later requests started first is counted from below, which needs no list: all that have started since a request
 * joined the line, less those that stood before it then. A fault may mix up the line, so each fault begins the count anew.
 */
export class BypassChecker extends Checker {
  private readonly lines = new Map<AccountTrace, Line[]>();
  /** By request number. */
  private readonly joined: (Joined | undefined)[] = [];

  constructor(scene: Scene) {
    super('L-BYPASS', scene);
  }

  /** A new request has been taken in. */
  submitted(trace: RequestTrace): void {
    const { request } = trace;
    this.joined[request.number] = undefined;
    // Whoever asked for low priority is overtaken as promised.
    if (request.mode !== CallMode.queue || request.isLow) return;
    const line = this.lineOf(trace);
    this.joined[request.number] = { starts: line.starts, ahead: line.unstarted, faults: this.isUnsettled ? MIXED_UP : line.faults };
    line.unstarted++;
  }

  /** Before its work begins. */
  starts(trace: RequestTrace): void {
    const joined = this.joined[trace.request.number];
    if (joined === undefined || trace.started) return;
    this.examined++;
    const line = this.lineOf(trace);
    this.judge(trace, joined, line, 'started after');
    line.starts++;
    line.unstarted--;
  }

  /** Before it has ended. */
  ends(trace: RequestTrace): void {
    if (this.joined[trace.request.number] !== undefined && !trace.started && trace.isOpen) this.lineOf(trace).unstarted--;
  }

  finish(): void {
    for (const trace of this.scene.truth.requests) {
      const joined = this.joined[trace.request.number];
      if (trace.phase !== Phase.queued || trace.started || joined === undefined) continue;
      this.judge(trace, joined, this.lineOf(trace), 'still waits after');
    }
  }

  private judge(trace: RequestTrace, joined: Joined, line: Line, what: string): void {
    if (this.isUnsettled) return;
    const isCalm = joined.faults === line.faults;
    const bypassedBy = isCalm ? line.starts - joined.starts - joined.ahead : line.starts - line.startsAtCalm - line.unstartedAtCalm;
    const bound = this.boundOf(trace);
    if (bypassedBy <= bound) return;
    this.blame(trace, `${what} at least ${bypassedBy} later requests of its account to its endpoint; at most ${bound} may pass it`);
  }

  /** K: what a full set of slots may overtake while one waiter is handed from line to line, and one more. */
  private boundOf({ account }: RequestTrace): number {
    return Math.max(account.scope.limit, account.scope.formerLimit) + 1;
  }

  private lineOf({ account, request }: RequestTrace): Line {
    let lines = this.lines.get(account);
    if (lines === undefined) {
      lines = [];
      this.lines.set(account, lines);
    }
    let line = lines[request.endpoint.number];
    if (line === undefined) {
      line = new Line();
      line.faults = this.scene.faults.count;
      lines[request.endpoint.number] = line;
    }
    if (line.faults !== this.scene.faults.count || this.isUnsettled) this.beginAnew(line);
    return line;
  }

  /** What was lost is sent again, what was put back is tried again: until then the line is not what it was. */
  private get isUnsettled(): boolean {
    const { faults, grace, nowUs } = this.scene;
    return faults.isActive || nowUs <= faults.endedUs + grace.wholeUs;
  }

  private beginAnew(line: Line): void {
    line.faults = this.scene.faults.count;
    line.startsAtCalm = line.starts;
    line.unstartedAtCalm = line.unstarted;
  }
}
