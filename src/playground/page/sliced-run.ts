import { durationText } from '../../scenario/duration-text.js';
import type { RunFigures } from '../figures.js';
import { plainQuestion, type Question, sloOf } from '../question.js';
import { runnableSetting, SettingRun } from '../setting-run.js';

/** How a run ended. */
export type Outcome =
  | { readonly kind: 'done'; readonly question: Question; readonly figures: RunFigures; readonly line: string }
  | { readonly kind: 'stopped'; readonly events: number }
  | { readonly kind: 'failed'; readonly message: string };

/** Told while a run goes on, and once when it is over. */
export interface RunListener {
  progress(share: number): void;
  over(outcome: Outcome): void;
}

/** The page answers a finger on a slider at least this often, ms. */
const SLICE_MS = 8;
const EVENTS_AT_A_TIME = 2_000;
/** Minutes of work. A setting that never comes to rest would keep the page busy for ever. */
const MOST_EVENTS = 30_000_000;

interface CurrentRun {
  readonly run: SettingRun;
  readonly question: Question;
  events: number;
}

/** Simulates in slices between which the page lives on. A new question ends the run of the former one. */
export class SlicedRuns {
  private readonly channel = new MessageChannel();
  private current: CurrentRun | undefined;
  private isDue = false;

  constructor(private readonly listener: RunListener) {
    this.channel.port1.onmessage = () => {
      this.isDue = false;
      if (this.current !== undefined) this.slice(this.current);
    };
  }

  start(question: Question): void {
    const plain = plainQuestion(question);
    const { setting, promise } = plain;
    try {
      const run = new SettingRun(setting, runnableSetting(setting, [sloOf(promise, durationText)]));
      this.current = { run, question: plain, events: 0 };
      this.later();
    } catch (error) {
      this.fail(error);
    }
  }

  stop(): void {
    const { current } = this;
    this.current = undefined;
    if (current !== undefined) this.listener.over({ kind: 'stopped', events: current.events });
  }

  private slice(current: CurrentRun): void {
    try {
      if (this.advance(current)) this.end(current);
      else if (current.events > MOST_EVENTS) this.stop();
      else {
        this.listener.progress(current.run.progress);
        this.later();
      }
    } catch (error) {
      this.fail(error);
    }
  }

  /** @returns whether the run is over */
  private advance(current: CurrentRun): boolean {
    const untilMs = performance.now() + SLICE_MS;
    do {
      current.events += EVENTS_AT_A_TIME;
      if (current.run.advance(EVENTS_AT_A_TIME)) return true;
    } while (performance.now() < untilMs);
    return false;
  }

  private end({ run, question }: CurrentRun): void {
    this.current = undefined;
    const figures = run.figures();
    this.listener.over({ kind: 'done', question, figures, line: run.lineOf(figures) });
  }

  private fail(error: unknown): void {
    this.current = undefined;
    this.listener.over({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }

  /** A message comes after input and painting, and without the 4 ms that timers wait. */
  private later(): void {
    if (this.isDue) return;
    this.isDue = true;
    this.channel.port2.postMessage(undefined);
  }
}
