import type { LimiterSource } from './core/own-limiter-terms.js';
import type { Platform } from './core/platform.js';
import { BothReaders } from './history/both-readers.js';
import type { KeptEvidence } from './measure/evidence.js';
import { askedSelectors, type ExpectationPlan } from './measure/expectations.js';
import { bucketsOf, judge, metricValues } from './measure/judge.js';
import { Recorder, type RecorderOptions, type Recording } from './measure/recorder.js';
import type { AccountPage, RunEvidence, RunResult } from './measure/result.js';
import { parseSelector, type Selector } from './measure/thresholds.js';
import type { Scenario, StepSpec } from './scenario/types.js';
import { Laws } from './sim/laws.js';
import { type RunSink, Simulation } from './sim/simulation.js';
import type { TraceOverview, TraceSource } from './sim/trace.js';

export interface RunOptions {
  readonly seed: number;
  readonly variant: string | undefined;
  /** Whether charts and ledgers are kept. They cost memory that does not grow with the number of requests. */
  readonly evidence: boolean;
  readonly traceSource: TraceSource;
  /** Also reads the history: each event after the recorder has. It cannot change the run. */
  readonly reader?: RunSink | undefined;
  /** Decides about slots instead of the policy. */
  readonly limiter?: LimiterSource | undefined;
}

/** Below this many of a kind, each gets metrics of its own without being asked for. */
const DEFAULT_BREAKDOWN = 8;
const ACCOUNT_TIMELINES = 6;
const ACCOUNT_PAGES = 50;

/** What every seed of a variant shares, worked out once: short scenarios run thousands of seeds a second. */
export class RunSetup {
  /** Thresholds' and the breakdown's: what metrics are kept for. */
  readonly selectors: readonly Selector[];
  readonly laws = new Laws();
  private readonly plain: RecorderOptions;
  private readonly withEvidence: RecorderOptions;

  constructor(
    readonly scenario: Scenario,
    readonly plan: ExpectationPlan,
    /** Where the metrics begin, µs. What `auto` stands for is found by a pilot: see `decideWarmups`. */
    warmupUs = scenario.warmup?.kind === 'fixed' ? scenario.warmup.us : 0,
  ) {
    const { accounts, endpoints, policy } = scenario.platform;
    this.selectors = [...askedSelectors(plan), ...breakdown(scenario)];
    this.plain = {
      policy,
      selectors: this.selectors,
      pricesUsd: Object.fromEntries(endpoints.map((endpoint) => [endpoint.id, endpoint.priceUsd])),
      priceOfOthersUsd: endpoints[0]?.priceUsd ?? policy.pricePerRequestUsd,
      evidence: false,
      accountTimelines: [],
      recoveryUs: scenario.recoveryUs,
      runners: Object.fromEntries(endpoints.map((endpoint) => [endpoint.id, endpoint.runners])),
      warmupUs,
      settling: plan.thresholds.filter(({ within }) => within !== undefined),
    };
    const someAccounts = accounts.length > 1 && accounts.length <= ACCOUNT_TIMELINES;
    this.withEvidence = { ...this.plain, evidence: true, accountTimelines: someAccounts ? accounts.map((account) => account.id) : [] };
  }

  recorderOptions(evidence: boolean): RecorderOptions {
    return evidence ? this.withEvidence : this.plain;
  }
}

/**
 * One scenario with one seed, from load to verdict: the simulation writes a history, the recorder reads it, the judge
 * holds it against the expectations. Advances in slices.
 */
export class ScenarioRun {
  private readonly recorder: Recorder;
  private readonly simulation: Simulation;

  /** @param setup handed in where several seeds share it */
  constructor(
    scenario: Scenario,
    plan: ExpectationPlan,
    private readonly options: RunOptions,
    private readonly setup = new RunSetup(scenario, plan),
  ) {
    this.recorder = new Recorder(setup.recorderOptions(options.evidence));
    const sink = options.reader === undefined ? this.recorder : new BothReaders(this.recorder, options.reader);
    this.simulation = new Simulation(scenario, options.seed, sink, options.traceSource, setup.laws, options.limiter);
  }

  /** @returns whether the run is over */
  advance(maxEvents: number): boolean {
    return this.simulation.advance(maxEvents);
  }

  get progress(): number {
    return this.simulation.progress;
  }

  /** What is done to the platform: the scenario's steps, then what the seed drew. */
  get steps(): readonly StepSpec[] {
    return this.simulation.steps;
  }

  /** The verdict and everything it rests on. The run must be over. */
  result(): RunResult {
    const recording = this.recorder.finish();
    const { simulation, options, setup } = this;
    return {
      variant: options.variant,
      seed: options.seed,
      hash: simulation.hash,
      events: simulation.platform.history.events,
      loadEndUs: simulation.loadEndUs,
      endUs: simulation.endUs,
      ...judge(recording, setup.plan),
      exercise: recording.exercised,
      metrics: metricValues(recording, setup.selectors),
      evidence: recording.evidence === undefined ? undefined : evidenceOf(recording, recording.evidence, simulation.platform, simulation.traces),
    };
  }
}

/** What charts and ledgers show of a run. */
export function evidenceOf(recording: Recording, kept: KeptEvidence, platform: Platform, traces: readonly TraceOverview[]): RunEvidence {
  const pages: AccountPage[] = [];
  for (const account of platform.accounts.slice(0, ACCOUNT_PAGES)) pages.push({ account: account.name, ...platform.concurrencyPage(account) });
  return {
    ...kept,
    queueLatency: bucketsOf(recording.total.queueLatency, 0.001),
    attemptsPerCall: bucketsOf(recording.total.attemptsPerCall, 1),
    requeuesPerRequest: bucketsOf(recording.total.requeuesPerRequest, 1),
    leaks: recording.leaks,
    leaksHidden: recording.leaksHidden,
    accounts: pages,
    accountsHidden: platform.accounts.length - pages.length,
    traces: traces.map(({ rows, used, outside, reordered, accounts, endpoints, skipped }) => ({
      rows,
      used,
      outside,
      reordered,
      accounts,
      endpoints,
      skipped: skipped.map(({ reason, rows: count, firstLine }) => ({ reason, rows: count, firstLine })),
    })),
  };
}

/** Metrics by account, key, endpoint and mode, where there are few enough to read. */
function breakdown(scenario: Scenario): Selector[] {
  const { accounts, endpoints } = scenario.platform;
  const keys = accounts.flatMap((account) => account.keys.map((key) => `${account.id}/${key}`));
  const modes = [...new Set(scenario.workload.map((flow) => flow.call))];
  const tagged: string[] = [];
  const add = (tag: string, names: readonly string[]): void => {
    if (names.length < 2 || names.length > DEFAULT_BREAKDOWN) return;
    for (const name of names) {
      tagged.push(`queue_latency{${tag}:${name}}`, `requests{${tag}:${name}}`, `requests{${tag}:${name},outcome:ok}`, `leaked_slots{${tag}:${name}}`);
    }
  };
  add(
    'account',
    accounts.map((account) => account.id),
  );
  add('key', keys);
  add(
    'endpoint',
    endpoints.map((endpoint) => endpoint.id),
  );
  add('mode', modes);
  return tagged.flatMap((text) => {
    const selector = parseSelector(text);
    // A name with a comma or a brace cannot be written as a tag: it has no line of its own.
    return 'complaint' in selector ? [] : [selector];
  });
}

/** Runs to the end in one go. */
export function runToEnd(run: ScenarioRun): RunResult {
  while (!run.advance(1_000_000));
  return run.result();
}
