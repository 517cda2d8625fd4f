import type { Failure } from './failure.js';
import { type FuzzHands, type KnownStory, LostRun, type RetellDone } from './jobs.js';
import { judgeAgain } from './judge-again.js';
import { lookInto } from './look-into.js';

/** Runs stories that broke something once, each once more. */
export class Retelling {
  constructor(
    private readonly stories: readonly KnownStory[],
    private readonly hands: FuzzHands,
    private readonly afterEach: () => void,
  ) {}

  /** @param done each answer comes into its place: what is there when somebody interrupts was run */
  async run(done: (RetellDone | undefined)[]): Promise<void> {
    let next = 0;
    const retellSome = async (): Promise<void> => {
      while (next < this.stories.length) {
        const at = next++;
        done[at] = await this.retell(this.stories[at] as KnownStory);
        this.afterEach();
      }
    };
    await Promise.all(Array.from({ length: this.hands.count }, retellSome));
  }

  private async retell({ found, story }: KnownStory): Promise<RetellDone> {
    const again = (stuckAt?: number): Promise<RetellDone> => this.hands.retell({ kind: 'retell', found, story, stuckAt });
    try {
      return await again();
    } catch (error) {
      if (!(error instanceof LostRun)) throw error;
      const failure: Failure = await lookInto(story.seed ?? 1, error, async (call) => (await again(call)).failure);
      return judgeAgain(found, { failure, invariants: [] });
    }
  }
}
