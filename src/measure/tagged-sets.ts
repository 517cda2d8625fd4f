import { type Clock, MetricSet } from './metric-set.js';
import type { Selector } from './thresholds.js';

/** The tags of a class of traffic. */
export interface TrafficTags {
  readonly account: string;
  readonly key: string;
  readonly endpoint: string;
  readonly mode: string;
}

interface TaggedSet {
  readonly tags: Selector['tags'];
  readonly set: MetricSet;
}

/** One metric set for all traffic, and one for each combination of tags that somebody asked for. */
export class TaggedSets {
  readonly total: MetricSet;
  readonly all: MetricSet[];
  private readonly tagged = new Map<string, TaggedSet>();
  private readonly byTraffic: MetricSet[][] = [];
  private readonly submits: boolean[] = [];
  private readonly byAccount = new Map<string, MetricSet[]>();

  constructor(
    selectors: readonly Selector[],
    private readonly classes: readonly TrafficTags[],
    clock: Clock,
    makeSet: (clock: Clock) => MetricSet = (clock) => new MetricSet(clock),
  ) {
    this.total = makeSet(clock);
    this.all = [this.total];
    for (const selector of selectors) {
      const tags = withoutOutcome(selector);
      const name = nameOf(tags);
      if (tags.length === 0 || this.tagged.has(name)) continue;
      const set = makeSet(clock);
      this.tagged.set(name, { tags, set });
      this.all.push(set);
    }
  }

  setFor(selector: Selector): MetricSet {
    const tags = withoutOutcome(selector);
    return tags.length === 0 ? this.total : (this.tagged.get(nameOf(tags)) as TaggedSet).set;
  }

  /** The sets that a class of traffic counts in. */
  of(traffic: number): readonly MetricSet[] {
    return this.byTraffic[traffic] ?? this.classify(traffic);
  }

  /** Whether a request of this traffic is a whole call by itself (`submit`), with nobody who waits for it. */
  isSubmit(traffic: number): boolean {
    return this.submits[traffic] ?? (this.classes[traffic] as TrafficTags).mode === 'submit';
  }

  /** The sets that speak of a whole account: the total, and `{account:…}` alone. Only they know a limit. */
  ofAccount(account: string): readonly MetricSet[] {
    let sets = this.byAccount.get(account);
    if (sets === undefined) {
      const own = this.tagged.get(nameOf([['account', account]]))?.set;
      sets = own === undefined ? [this.total] : [this.total, own];
      this.byAccount.set(account, sets);
    }
    return sets;
  }

  noteEndOfLoad(): void {
    for (const set of this.all) {
      set.settle();
      if (!set.knowsLimit) continue;
      set.loadSlotSeconds = set.inUse.integralSeconds;
      set.loadLimitSeconds = set.limit.integralSeconds;
    }
  }

  private classify(traffic: number): readonly MetricSet[] {
    const tags = this.classes[traffic] as TrafficTags;
    const sets = [this.total];
    for (const { tags: wanted, set } of this.tagged.values()) {
      if (wanted.every(([tag, value]) => matches(tags, tag, value))) sets.push(set);
    }
    this.byTraffic[traffic] = sets;
    this.submits[traffic] = tags.mode === 'submit';
    return sets;
  }
}

/** A key may be named alone (`new`) or with its account (`acme/new`). */
function matches(tags: TrafficTags, tag: string, value: string): boolean {
  if (tag === 'key') return value === tags.key || value === `${tags.account}/${tags.key}`;
  return (tags as unknown as Readonly<Record<string, string>>)[tag] === value;
}

function withoutOutcome(selector: Selector): Selector['tags'] {
  return selector.tags.filter(([tag]) => tag !== 'outcome');
}

function nameOf(tags: Selector['tags']): string {
  return JSON.stringify(tags);
}
