import {
  type FuzzHands,
  type FuzzJob,
  LostRun,
  type RetellDone,
  type RetellJob,
  type SearchDone,
  type SearchJob,
  type ShrinkDone,
  type ShrinkJob,
} from '../../fuzz/jobs.js';
import type { ScenarioInput } from '../../scenario/schema.js';
import { FuzzThread, type FuzzThreadOptions } from './fuzz-thread.js';

/** The threads of a campaign. Even one alone is a thread: what never ends can only be stopped from outside. */
export class FuzzThreads implements FuzzHands {
  private readonly all: readonly FuzzThread[];
  private readonly idle: FuzzThread[];

  constructor(
    readonly count: number,
    options: FuzzThreadOptions,
  ) {
    this.all = Array.from({ length: count }, () => new FuzzThread(options));
    this.idle = [...this.all];
  }

  search(job: SearchJob): Promise<SearchDone> {
    return this.ask(job);
  }

  shrink(job: ShrinkJob): Promise<ShrinkDone> {
    return this.ask(job);
  }

  retell(job: RetellJob): Promise<RetellDone> {
    return this.ask(job);
  }

  /** @returns the lines of its history; undefined: the story takes its thread along */
  async history(story: ScenarioInput): Promise<string | undefined> {
    try {
      return await this.ask<string>({ kind: 'history', story });
    } catch (error) {
      if (error instanceof LostRun) return undefined;
      throw error;
    }
  }

  /** Ends all threads, whatever they are doing. */
  async stop(): Promise<void> {
    await Promise.all(this.all.map((thread) => thread.stop()));
  }

  private async ask<T>(job: FuzzJob): Promise<T> {
    const thread = this.idle.pop();
    if (thread === undefined) throw new Error(`expected at most ${this.count} jobs at once`);
    try {
      return await thread.ask<T>(job);
    } finally {
      this.idle.push(thread);
    }
  }
}
