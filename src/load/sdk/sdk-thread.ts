import { Worker } from 'node:worker_threads';
import type { ClientSink } from '../../measure/client-calls.js';
import { LoadError } from '../driver.js';
import type { Shooter, ShotReport } from '../shooter.js';
import type { FromThread, SdkThreadData, ToThread } from './thread-messages.js';

/** A worker thread in which the real SDK makes calls, seen from the load process. */
export class SdkThread implements Shooter {
  readonly ready: Promise<void>;
  readonly done: Promise<ShotReport>;
  private readonly worker: Worker;
  private isReady!: () => void;
  private finish!: (report: ShotReport) => void;
  private fail!: (error: Error) => void;
  private isOver = false;

  constructor(
    script: string,
    data: SdkThreadData,
    private readonly sink: ClientSink,
  ) {
    let refuse!: (error: Error) => void;
    this.ready = new Promise((resolve, reject) => {
      this.isReady = resolve;
      refuse = reject;
    });
    this.done = new Promise((resolve, reject) => {
      this.finish = resolve;
      this.fail = (error) => {
        refuse(error);
        reject(error);
      };
    });
    // Whoever waits for either hears of it.
    this.ready.catch(() => undefined);
    this.done.catch(() => undefined);
    // The SDK looks for a key in the environment: there is to be none but the call's own.
    this.worker = new Worker(script, { workerData: data, env: {} });
    this.worker.on('message', (message: FromThread) => this.hear(message));
    this.worker.on('error', (error: Error) => this.fail(broken(error.message)));
    this.worker.on('exit', (code) => {
      if (!this.isOver) this.fail(broken(`it ended with exit code ${code}`));
    });
  }

  start(epochMs: number): void {
    this.say({ kind: 'start', epochMs });
  }

  stop(): void {
    this.say({ kind: 'stop' });
  }

  /** At once, whatever it does. */
  async end(): Promise<void> {
    this.isOver = true;
    await this.worker.terminate();
  }

  private say(message: ToThread): void {
    this.worker.postMessage(message);
  }

  private hear(message: FromThread): void {
    switch (message.kind) {
      case 'ready':
        this.isReady();
        return;
      case 'heard':
        if (message.calls.length > 0) this.sink.calls(message.calls);
        for (const { traffic, count } of message.dropped) this.sink.dropped(traffic, count);
        for (const { traffic, count } of message.zombiePolls) this.sink.zombiePolls(traffic, count);
        return;
      case 'done':
        this.isOver = true;
        this.finish(message.report);
        return;
      case 'failed':
        this.fail(new LoadError(message.message, message.exitCode));
    }
  }
}

function broken(reason: string): LoadError {
  return new LoadError(`a thread of the driver fal-client broke: ${reason}`);
}
