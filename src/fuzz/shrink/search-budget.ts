import type { ScenarioInput } from '../../scenario/schema.js';

/** What reading a story costs, and each entry of its workload, in events that could be simulated meanwhile. */
const READING = 400;
const READING_ENTRY = 25;

/** How much work searches may do, counted in simulated events: the same on every machine, as time is not. */
export class SearchBudget {
  spent = 0;

  constructor(readonly most: number) {}

  get isSpent(): boolean {
    return this.spent >= this.most;
  }

  /** A part of what is left, to be counted here too. */
  share(among: number): SearchBudget {
    return new SearchBudget(Math.floor((this.most - this.spent) / among));
  }

  /** A candidate was made and compared. */
  made(story: ScenarioInput): void {
    this.spent += (story.workload ?? []).length;
  }

  /** A story was read and run. */
  ran(story: ScenarioInput, events: number): void {
    this.spent += READING + READING_ENTRY * (story.workload ?? []).length + events;
  }
}
