/** shown: an experiment supports it. refuted: one contradicts it. claimed: somebody says so and no experiment here can tell. unknown: not even that. */
export type Standing = 'shown' | 'refuted' | 'claimed, not shown' | 'unknown';

/** A number that an experiment saw; undefined: there is none, such as the time of what never happened. */
export interface ExperimentFigure {
  readonly name: string;
  readonly value?: number | undefined;
  readonly unit: 's' | 'ms' | 'slots' | 'requests' | 'usd' | 'slot-seconds';
}

/** One experiment: what was done, what was seen, and where all of it can be looked up. */
export interface Experiment {
  readonly name: string;
  readonly done: string;
  readonly expected: string;
  readonly seen: string;
  readonly passed: boolean | undefined;
  /** Relative to the scorecard's page: a report, or a record of calls. */
  readonly evidence: string;
  readonly rerun: string;
  readonly figures?: readonly ExperimentFigure[] | undefined;
}

export interface ScoreCell {
  readonly standing: Standing;
  /** A few words for the table. */
  readonly short: string;
  readonly experiments: readonly Experiment[];
  /** What stands behind a claim: a seed, a page. */
  readonly source?: string | undefined;
  /** What that source says, and what is assumed where it is silent. */
  readonly says?: string | undefined;
}

export interface ScoreQuestion {
  /** `revoke-releases`, `slots-visible`, `cancel-stuck`, `status-page`, `predictable-price`. */
  readonly id: string;
  /** As seed 000 asks it. */
  readonly question: string;
  /** What counts as yes. */
  readonly criterion: string;
}

/** What a month would cost with the scenario's stuck requests charged and not charged. */
export interface PriceRow {
  readonly provider: string;
  readonly usdPerRequest: number;
  readonly priceSource: string;
  readonly requests: number;
  readonly stuckRequests: number;
  readonly stuckSeconds: number;
  readonly usdWithoutStuck: number;
  /** undefined: nobody knows a price of a stuck second. */
  readonly usdWithStuck?: number | undefined;
  readonly stuckRule: string;
}

export interface ScoreProvider {
  /** A preset, or the address of a live server without credentials. */
  readonly name: string;
  readonly kind: 'profile' | 'live';
  readonly doc: string;
  /** What was experimented on, in a few words: `model of a report`. */
  readonly basis?: string | undefined;
  /** By place of `questions`. */
  readonly cells: readonly ScoreCell[];
}

/** `score.json`. */
export interface ScoreResult {
  readonly schemaVersion: 1;
  readonly tool: { readonly name: string; readonly version: string };
  readonly questions: readonly ScoreQuestion[];
  readonly providers: readonly ScoreProvider[];
  readonly prices: readonly PriceRow[];
  readonly notes: readonly string[];
  readonly seed: number;
  /** How many, from `seed` up. */
  readonly seeds?: number | undefined;
  readonly command: string;
  readonly meta: { readonly date: string };
}
