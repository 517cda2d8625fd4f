import type { TraceSource } from '../../sim/trace.js';
import { LoadError } from '../driver.js';
import type { Shooter } from '../shooter.js';
import type { FromChild, ToChild } from './messages.js';
import { Outbox } from './outbox.js';
import { shooterOf } from './shooters.js';

/** What a load process is made with. */
export interface LoadChildParts {
  /** The parent's end of the line. */
  readonly line: ParentLine;
  /** Opens the traces of a scenario. */
  readonly tracesOf: (scenarioFile: string) => TraceSource;
  /** Path of the script that worker threads run. */
  readonly thread: string;
}

/** The line between a load process and its parent. */
export interface ParentLine {
  send(message: FromChild, sent?: () => void): void;
  onMessage(listener: (message: ToChild) => void): void;
  /** The parent is gone. */
  onHangUp(listener: () => void): void;
  /** Ends this process. */
  exit(code: number): void;
}

/** One load process: makes its shooter, starts and stops it as the parent says, and ends with it, or with the parent. */
export class LoadChild {
  readonly #outbox: Outbox;
  #shooter: Shooter | undefined;

  constructor(private readonly parts: LoadChildParts) {
    this.#outbox = new Outbox((message) => parts.line.send(message));
  }

  /** Listens to the parent. */
  serve(): void {
    const { line } = this.parts;
    // Nobody is left to shoot for.
    line.onHangUp(() => line.exit(0));
    line.onMessage((message) => {
      if (message.kind === 'prepare') void this.#prepare(message).catch(this.#fail);
      else if (message.kind === 'start') this.#shooter?.start(message.epochMs);
      else this.#shooter?.stop();
    });
  }

  async #prepare({ driver, order }: Extract<ToChild, { kind: 'prepare' }>): Promise<void> {
    const { tracesOf, thread, line } = this.parts;
    const make = await shooterOf(driver);
    const shooter = await make(order, this.#outbox, tracesOf(order.scenarioFile), thread);
    this.#shooter = shooter;
    shooter.done.then((report) => {
      this.#outbox.flush();
      line.send({ kind: 'done', report }, () => line.exit(0));
    }, this.#fail);
    line.send({ kind: 'ready' });
  }

  readonly #fail = (error: unknown): void => {
    const message = error instanceof Error ? error.message : String(error);
    const exitCode = error instanceof LoadError ? error.exitCode : 104;
    this.parts.line.send({ kind: 'failed', message, exitCode }, () => this.parts.line.exit(1));
  };
}
