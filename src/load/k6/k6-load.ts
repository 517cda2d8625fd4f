import type { ClientSink } from '../../measure/client-calls.js';
import { LoadError, type LoadOrder, type LoadReport, type PreparedLoad } from '../driver.js';
import { brokenBy, type Exit } from './exit-codes.js';
import type { K6 } from './find-k6.js';
import { SampleFold } from './fold.js';
import type { StartingGun } from './gun.js';
import { reportOf } from './load-report.js';
import type { Play } from './plan-play.js';
import type { K6Process } from './process.js';
import { readSamples } from './read-samples.js';
import type { StageFiles } from './stage-files.js';
import { Watchdog } from './watchdog.js';

/** All virtual users are there within this, or something is wrong. */
const READY_WITHIN_MS = 120_000;
/** Around the end of the run the script tells its open calls by itself, and better than we could: it has that long. */
const OWN_END_MS = 2_000;

export interface K6LoadParts {
  readonly k6: K6;
  readonly play: Play;
  readonly order: LoadOrder;
  readonly sink: ClientSink;
  readonly gun: StartingGun;
  readonly files: StageFiles;
  readonly processes: readonly K6Process[];
}

/** k6 processes that wait for the beginning, send, and are read when they are gone. */
export class K6Load implements PreparedLoad {
  readonly done: Promise<LoadReport>;
  private readonly ends: Promise<readonly Exit[]>;
  private readonly watchdog: Watchdog;
  private startedMs: number | undefined;
  private stopTimer: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(private readonly parts: K6LoadParts) {
    this.ends = Promise.all(parts.processes.map(({ ended }) => ended));
    this.watchdog = new Watchdog(
      parts.processes.flatMap(({ pid }) => pid ?? []),
      parts.files.folder,
    );
    process.on('exit', this.atExit);
    this.done = this.untilDone();
    // Whoever never waits for it has heard of the same failure from `prepare`.
    this.done.catch(() => undefined);
  }

  /** @throws LoadError when a process ends, or has not come so far in time */
  async untilReady(): Promise<void> {
    const { gun, processes, files } = this.parts;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), READY_WITHIN_MS);
    });
    const early = Promise.race(processes.map(async (one) => ({ exit: await one.ended, one })));
    const seen = await Promise.race([gun.allReady, late, early]);
    clearTimeout(timer);
    if (seen === undefined) {
      files.forgetKeys();
      return;
    }
    this.kill();
    if (seen === 'late') throw new LoadError(`expected k6 to be ready within ${READY_WITHIN_MS / 1000} s, but it was not`);
    throw endedEarly(seen.exit, seen.one.complaint);
  }

  start(epochMs: number): void {
    // On our own clock; it may lie ahead, so that all virtual users are up and wait.
    this.startedMs = epochMs - performance.timeOrigin;
    this.parts.gun.fire(epochMs);
  }

  stop(): void {
    if (this.isStopped) return;
    this.isStopped = true;
    const leftMs = this.runEndMs() - performance.now();
    if (leftMs > OWN_END_MS || Number.isNaN(leftMs)) this.interrupt();
    else this.stopTimer = setTimeout(() => this.interrupt(), Math.max(0, leftMs) + OWN_END_MS);
  }

  kill(): void {
    this.isStopped = true;
    for (const one of this.parts.processes) one.kill();
  }

  /** We end before k6 does: it must not go on alone, and nothing of ours may lie about. */
  private readonly atExit = (): void => {
    this.kill();
    this.parts.files.remove();
  };

  private interrupt(): void {
    for (const one of this.parts.processes) one.stop();
  }

  /** On this process's own clock; NaN: it has not begun. */
  private runEndMs(): number {
    const { loadEndUs, scenario, speed } = this.parts.order;
    return (this.startedMs ?? Number.NaN) + (loadEndUs + scenario.recoveryUs) / speed / 1000;
  }

  private async untilDone(): Promise<LoadReport> {
    const { gun, files, play, order, sink, processes } = this.parts;
    try {
      const exits = await this.ends;
      const wallMs = performance.now() - (this.startedMs ?? performance.now());
      const fold = new SampleFold({ flows: play.flows, targets: play.book.targets, speed: order.speed }, sink);
      const broken = exits.flatMap((exit, number) => brokenBy(exit, (processes[number] as K6Process).complaint) ?? []);
      for (const [number, { csv, couldNotWrite }] of processes.entries()) {
        // Whoever was stopped before there was a load has nothing to tell.
        const reasons = await readSamples({ exit: exits[number] as Exit, csv, couldNotWrite }, fold);
        if (this.startedMs !== undefined) broken.push(...reasons);
      }
      fold.finish();
      const cpuMs = processes.reduce<number | undefined>((sum, { cpuMs }) => (sum === undefined || cpuMs === undefined ? undefined : sum + cpuMs), 0);
      return reportOf({ fold, exits, broken: [...new Set(broken)], version: this.parts.k6.version, play, order, wallMs, cpuMs });
    } finally {
      process.off('exit', this.atExit);
      this.watchdog.dismiss();
      clearTimeout(this.stopTimer);
      gun.close();
      files.remove();
    }
  }
}

/** It should have waited: the script or the options are wrong. */
function endedEarly(exit: Exit, complaint: string): LoadError {
  if (exit.code === 0)
    return new LoadError('expected k6 to wait for the beginning of the load, but it ended with exit code 0: its script never asked to start', 104);
  const said = complaint === '' ? '' : `: ${complaint}`;
  return new LoadError(`expected k6 to get ready, but it ended with exit code ${exit.code ?? 'none (killed)'}${said}`, exit.code === 107 ? 107 : 104);
}
