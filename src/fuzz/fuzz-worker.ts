import type { LimiterSource } from '../core/own-limiter-terms.js';
import type { FuzzBounds } from './bounds.js';
import { CoverageReader } from './coverage-reader.js';
import { type Failure, signatureOf } from './failure.js';
import type { FoundFailure, SearchDone, SearchJob, ShrinkDone, ShrinkJob } from './jobs.js';
import { Shrinker } from './shrink/shrinker.js';
import { mustReadStory, sizeOf } from './story.js';
import { Storyteller } from './storyteller.js';
import { runTrial } from './trial.js';

/** What a thread does. It has nothing else to attend to, so each job is done in one go. */
export class FuzzWorker {
  private readonly reader = new CoverageReader();
  private teller: { readonly key: string; readonly of: Storyteller } | undefined;

  /**
   * @param tick called before every run: whoever watches sees that it goes on
   * @param limiter decides about slots instead of the policy
   */
  constructor(
    private readonly tick: () => void,
    private readonly limiter?: LimiterSource | undefined,
  ) {}

  /** @throws ScenarioError or SettingError when a setting does not fit */
  search({ bounds, seeds, stopAtFirst }: SearchJob): SearchDone {
    const teller = this.tellerOf(bounds);
    const found = new Map<string, FoundFailure>();
    let undecided = 0;
    for (const seed of seeds) {
      this.tick();
      const story = teller.draw(seed);
      this.reader.begin(story.scenario);
      const { failure, invariants, exercised } = runTrial(story, seed, this.reader, undefined, this.limiter);
      this.reader.end(exercised);
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
