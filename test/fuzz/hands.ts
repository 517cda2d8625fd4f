import { emptyCoverage } from '../../src/fuzz/coverage.js';
import { type Failure, signatureOf } from '../../src/fuzz/failure.js';
import {
  type FoundFailure,
  type FuzzHands,
  LostRun,
  type RetellDone,
  type RetellJob,
  type SearchDone,
  type SearchJob,
  type ShrinkDone,
  type ShrinkJob,
} from '../../src/fuzz/jobs.js';
import { judgeAgain } from '../../src/fuzz/judge-again.js';

/** What runs of some seeds come to; of all others, nothing. */
export type Fates = Readonly<Record<number, Failure | 'hangs'>>;

export function violation(id: 'S-CAP' | 'S-ORPH', message = 'held a slot'): Failure {
  return { kind: 'invariant', id, message, request: 'req-1', atUs: 1, event: 1 };
}

/** Hands that need no time but the turns that they are told to take: later chunks are done before earlier ones. */
export class ScriptedHands implements FuzzHands {
  readonly searched: number[] = [];
  readonly shrunk: number[] = [];
  /** Names of the stories that were run again. */
  readonly retold: string[] = [];

  constructor(
    readonly count: number,
    private readonly fates: Fates,
    /** How many turns a chunk takes. */
    private readonly turns: (first: number) => number = () => 1,
  ) {}

  async search({ seeds, stopAtFirst }: SearchJob): Promise<SearchDone> {
    for (let turn = this.turns(seeds[0] as number); turn > 0; turn--) await Promise.resolve();
    const coverage = emptyCoverage();
    const found = new Map<string, FoundFailure>();
    for (const [n, seed] of seeds.entries()) {
      const fate = this.fates[seed];
      if (fate === 'hangs') throw new LostRun(n, { kind: 'hang', message: 'the run had not ended' });
      this.searched.push(seed);
      coverage.runs++;
      if (fate === undefined) continue;
      const known = found.get(signatureOf(fate));
      found.set(signatureOf(fate), { seed, failure: fate, ...known, times: (known?.times ?? 0) + 1 });
      if (stopAtFirst) break;
    }
    return { coverage, undecided: 0, found: [...found.values()] };
  }

  /** A story's fate is that of its seed. */
  async retell({ found, story }: RetellJob): Promise<RetellDone> {
    await Promise.resolve();
    const fate = this.fates[story.seed ?? 1];
    if (fate === 'hangs') throw new LostRun(0, { kind: 'hang', message: 'the run had not ended' });
    this.retold.push(story.name);
    return judgeAgain(found, { failure: fate, invariants: [] });
  }

  async shrink({ seed, failure }: ShrinkJob): Promise<ShrinkDone> {
    await Promise.resolve();
    this.shrunk.push(seed);
    const story = { name: 'story', seed, platform: { endpoints: [{ id: 'm1', service: '1s' }] } };
    return { story, failure, drawn: { requests: 9, steps: 3 }, shrunk: { requests: 1, steps: 1 }, tries: 10, finished: true };
  }
}
