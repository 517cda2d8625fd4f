import { METRICS, OUTCOME_TAGS } from '../../measure/metrics.js';
import type { LoadClass, SeedFigures } from '../point.js';
import { occurrencesOf } from '../run-point.js';
import { type Slos, taggedWith } from '../slos.js';

/** When slots have healed is known of the whole platform only. */
const OF_ALL_ACCOUNTS = 'time_to_heal';

/** One account of several: promises are made to it, and what runs measure is read as if it were alone. */
export class AccountView {
  /** As they are named of all accounts. */
  private readonly names: readonly string[];

  constructor(
    private readonly account: string,
    classes: readonly LoadClass[] = [],
  ) {
    this.names = [
      ...Object.keys(METRICS).filter((name) => name !== OF_ALL_ACCOUNTS),
      ...OUTCOME_TAGS.map((outcome) => `requests{outcome:${outcome}}`),
      // A key has its account in its name.
      ...classes.filter(({ tag }) => tag === 'endpoint').flatMap(({ name }) => [`queue_latency{endpoint:${name}}`, `requests{endpoint:${name}}`]),
    ];
  }

  slosOf(slos: Slos): Slos {
    return slos.ofAccount(
      this.account,
      this.names.map((name) => taggedWith(name, this.account)),
    );
  }

  figuresOf(figures: SeedFigures): SeedFigures {
    const metrics = { ...figures.metrics };
    for (const name of this.names) {
      const own = figures.metrics[taggedWith(name, this.account)];
      if (own !== undefined) metrics[name] = own;
    }
    const occurrences = figures.occurrences.map(({ name }) => ({ name, ...occurrencesOf(metrics[name]) }));
    return { ...figures, metrics, occurrences };
  }
}
