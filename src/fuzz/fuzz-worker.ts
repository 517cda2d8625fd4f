import type { LimiterSource } from '../core/own-limiter-terms.js';
import { EventLines } from '../history/event-lines.js';
import { VERSION } from '../version.js';
import type { FuzzBounds } from './bounds.js';
import { CoverageReader } from './coverage-reader.js';
import { type Failure, signatureOf } from './failure.js';
import type { FoundFailure, HistoryJob, RetellDone, RetellJob, SearchDone, SearchJob, ShrinkDone, ShrinkJob } from './jobs.js';
import { judgeAgain } from './judge-again.js';
import { Shrinker } from './shrink/shrinker.js';
import { mustReadStory, sizeOf } from './story.js';
import { Storyteller } from './storyteller.js';
import { runTrial } from './trial.js';

/** What a thread does. It has nothing else to attend to, so each job is done in one go; only after a limiter of somebody else it looks around. */
export class FuzzWorker {
  private readonly reader = new CoverageReader();
  private teller: { readonly key: string; readonly of: Storyteller } | undefined;

  /**
   * @param tick called before every run: whoever watches sees that it goes on
   * @param limiter decides about slots instead of the policy
   * @param breathe lets all have its turn that waits in this thread
   */
  constructor(
    private readonly tick: () => void,
    private readonly limiter?: LimiterSource | undefined,
    private readonly breathe: () => Promise<void> = async () => undefined,
  ) {}

  /** @throws ScenarioError or SettingError when a setting does not fit */
  async search({ bounds, seeds, stopAtFirst }: SearchJob): Promise<SearchDone> {
    const teller = this.tellerOf(bounds);
    const found = new Map<string, FoundFailure>();
    let undecided = 0;
    for (const seed of seeds) {
      this.tick();
      const story = teller.draw(seed);
      this.reader.begin(story.scenario);
      const { failure, invariants, exercised } = runTrial(story, seed, this.reader, undefined, this.limiter);
      this.reader.end(exercised);
      await this.settle();
      if (failure === undefined) {
        if (invariants.some(({ state }) => state === 'undecided')) undecided++;
        continue;
      }
      note(found, seed, failure);
      if (stopAtFirst) break;
    }
    return { coverage: this.reader.take(), undecided, found: [...found.values()] };
  }

  shrink({ bounds, seed, failure, mostTries }: ShrinkJob): ShrinkDone {
    const drawn = this.tellerOf(bounds).draw(seed);
    const { input, ...rest } = new Shrinker(drawn.input(), failure, { mostTries, tick: this.tick, limiter: this.limiter }).shrink();
    const { scenario } = mustReadStory(input, `the shrunk story of seed ${seed}`);
    return { ...rest, story: input, drawn: sizeOf(drawn.scenario), shrunk: sizeOf(scenario) };
  }

  async retell({ found, story: input }: RetellJob): Promise<RetellDone> {
    const story = mustReadStory(input, 'a story of the corpus');
    this.tick();
    const outcome = runTrial(story, story.scenario.seed, undefined, undefined, this.limiter);
    await this.settle();
    return judgeAgain(found, outcome);
  }

  /** @returns lines as `--trace` writes them */
  async history({ story: input }: HistoryJob): Promise<string> {
    const story = mustReadStory(input, input.name);
    const lines = new EventLines(undefined);
    lines.begin(input.name, story.scenario.seed, VERSION);
    this.tick();
    const outcome = runTrial(story, story.scenario.seed, lines, undefined, this.limiter);
    await this.settle();
    // A run that broke off has no end; what it did until then is what is looked for.
    if (outcome.hash !== '') lines.end(outcome);
    return lines.take();
  }

  /** What a limiter has left behind has its turn before the next run begins: what breaks the thread is blamed on the right one. */
  private async settle(): Promise<void> {
    if (this.limiter !== undefined) await this.breathe();
  }

  private tellerOf(bounds: FuzzBounds): Storyteller {
    const key = JSON.stringify(bounds);
    if (this.teller?.key !== key) this.teller = { key, of: new Storyteller(bounds) };
    return this.teller.of;
  }
}

function note(found: Map<string, FoundFailure>, seed: number, failure: Failure): void {
  const signature = signatureOf(failure);
  const known = found.get(signature);
  found.set(signature, known === undefined ? { seed, failure, times: 1 } : { ...known, times: known.times + 1 });
}
