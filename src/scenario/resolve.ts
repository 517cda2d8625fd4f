import type { Policy } from '../core/policy.js';
import { ILLUSTRATIVE_TIERS } from '../core/tiers.js';
import { NEVER_US, US_PER_MINUTE, US_PER_MS, US_PER_SECOND } from '../core/time.js';
import { formatDurationUs } from '../core/units.js';
import { checkPolicy } from './check-policy.js';
import { Doubts } from './doubts.js';
import { KnownNames } from './known-names.js';
import { plannedEndUs } from './planned-end.js';
import type { Problem, ScenarioPath } from './problems.js';
import { type Complain, resolveArrivals } from './resolve-arrivals.js';
import { resolveFaults } from './resolve-faults.js';
import { resolveLaw } from './resolve-laws.js';
import { resolveAccount, resolveEndpoint } from './resolve-platform.js';
import { resolvePolicy } from './resolve-policy.js';
import { resolveStep } from './resolve-steps.js';
import type { ParsedScenario } from './schema.js';
import type { AccountSpec, EndpointSpec, Expectations, FlowSpec, RegressionExpectation, Scenario, StepSpec } from './types.js';

const DEFAULT_RECOVERY_US = 15 * US_PER_MINUTE;
/** Both SDKs refuse a start_timeout of one second or less; the server takes anything above 0.1 s. */
const SDK_MIN_START_TIMEOUT_US = US_PER_SECOND;
const SERVER_MIN_START_TIMEOUT_US = 100 * US_PER_MS;
/** Python copies its client timeout into start_timeout. */
const SDK_MODELS_THAT_COPY: readonly string[] = ['python', 'python-async'];

type RegressionInput = Exclude<NonNullable<ParsedScenario['expect']>['regression'], boolean | undefined>;
type ParsedFlow = NonNullable<ParsedScenario['workload']>[number];

/** Checks every name against what it names, fills in defaults. @returns the scenario, or everything that is wrong with it */
export function resolveScenario(parsed: ParsedScenario): { readonly scenario: Scenario } | { readonly problems: readonly Problem[] } {
  const { scenario, problems } = resolveAllThatIsSound(parsed, new Doubts());
  return problems.length > 0 ? { problems } : { scenario };
}

/**
 * The same for a scenario of which something is known to be wrong.
 * @param doubts where; the places of the problems found are added
 */
export function resolveAllThatIsSound(parsed: ParsedScenario, doubts: Doubts): { readonly scenario: Scenario; readonly problems: readonly Problem[] } {
  const resolver = new Resolver(parsed, doubts);
  return { scenario: resolver.resolve(), problems: resolver.problems };
}

class Resolver {
  readonly problems: Problem[] = [];
  private readonly accounts: readonly AccountSpec[];
  private readonly endpoints: readonly EndpointSpec[];
  private readonly names: KnownNames;
  private readonly policy: Policy;

  constructor(
    private readonly parsed: ParsedScenario,
    private readonly doubts: Doubts,
  ) {
    const { platform, workload = [] } = parsed;
    const policy = resolvePolicy(platform.policy);
    this.policy = policy;
    this.accounts = (platform.accounts ?? []).map((account) => resolveAccount(account));
    this.endpoints = platform.endpoints.map((endpoint) => resolveEndpoint(endpoint, policy.pricePerRequestUsd, policy.priceSource));
    const traceBringsAccounts = workload.some((flow) => flow.arrivals.columns?.account !== undefined);
    this.names = new KnownNames(this.accounts, this.endpoints, traceBringsAccounts, this.complain, doubts);
  }

  resolve(): Scenario {
    const { parsed } = this;
    this.checkPlatform();
    const workload = (parsed.workload ?? []).map((flow, n) => this.flow(flow, ['workload', n]));
    const steps: StepSpec[] = [];
    for (const [n, step] of (parsed.steps ?? []).entries()) {
      steps.push(resolveStep(step, ['steps', n], this.names, this.complain));
      // A burst step is arrivals: the workload performs it at the step's time.
      if (step.do === 'burst') workload.push(this.flow({ ...step, arrivals: { burst: step.count, at: step.at } }, ['steps', n]));
    }
    this.checkWebhooks(workload, steps);
    const faults = resolveFaults(parsed.faults, { workload, steps, isInDoubt: this.isLoadInDoubt() }, this.complain);
    this.checkWarmup({ workload, steps, faults });
    return {
      name: parsed.name,
      description: parsed.description ?? '',
      seed: parsed.seed ?? 1,
      platform: {
        policy: this.policy,
        tiers: parsed.platform.tiers ?? ILLUSTRATIVE_TIERS,
        tiersAreIllustrative: parsed.platform.tiers === undefined,
        accounts: this.accounts,
        endpoints: this.endpoints,
      },
      workload,
      steps,
      faults,
      recoveryUs: parsed.recovery ?? DEFAULT_RECOVERY_US,
      warmup: typeof parsed.warmup === 'number' ? { kind: 'fixed', us: parsed.warmup } : parsed.warmup && { kind: parsed.warmup },
      expect: expectations(parsed.expect),
    };
  }

  /** Whether it is uncertain when arrivals and steps end, or whether they come from a recording. */
  private isLoadInDoubt(): boolean {
    const { workload = [], steps = [] } = this.parsed;
    return this.doubts.touchesAny(['workload'], workload.length, ['arrivals']) || this.doubts.touchesAny(['steps'], steps.length, ['at', 'do', 'for']);
  }

  /** How long a recording is, nobody knows before it is read. */
  private checkWarmup(load: Pick<Scenario, 'workload' | 'steps' | 'faults'>): void {
    const { warmup } = this.parsed;
    if (this.isLoadInDoubt() || this.doubts.touches(['faults', 'to'])) return;
    if (typeof warmup !== 'number' || load.workload.some(({ arrivals }) => arrivals.kind === 'trace')) return;
    const loadEndUs = plannedEndUs(load);
    if (warmup >= loadEndUs)
      this.complain(['warmup'], `expected a warm-up shorter than the load, which ends at ${formatDurationUs(loadEndUs)}, got ${formatDurationUs(warmup)}`);
  }

  /** A receiver that nobody sends to cannot be missed. */
  private checkWebhooks(workload: readonly FlowSpec[], steps: readonly StepSpec[]): void {
    const fields = ['as', 'webhook', 'arrivals'];
    if (this.doubts.touchesAny(['workload'], this.parsed.workload?.length ?? 0, fields)) return;
    if (this.doubts.touchesAny(['steps'], steps.length, ['as', 'webhook', 'do'])) return;
    for (const [n, step] of steps.entries()) {
      if (step.do !== 'webhook-down') continue;
      // A flow without a key of its own is a trace's, which may bring this account.
      const isSentTo = workload.some(({ webhook, as }) => webhook === true && (as === undefined || as.account === step.account));
      if (!isSentTo) this.complain(['steps', n, 'account'], `expected an account with a workload entry that has webhook: true, got "${step.account}"`);
    }
  }

  private checkPlatform(): void {
    checkPolicy(this.parsed.platform.policy, this.policy, this.complain);
    this.checkUnique(
      this.accounts.map(({ id }) => id),
      ['platform', 'accounts'],
      'account',
    );
    this.checkUnique(
      this.endpoints.map(({ id }) => id),
      ['platform', 'endpoints'],
      'endpoint',
    );
    for (const [n, account] of this.accounts.entries()) {
      this.checkUniqueIn(account.keys, ['platform', 'accounts', n, 'keys'], 'key');
      for (const endpoint of Object.keys(account.endpointLimits)) this.names.endpoint(endpoint, ['platform', 'accounts', n, 'endpointLimits', endpoint], true);
    }
    for (const [n, endpoint] of this.endpoints.entries()) {
      if (endpoint.owner !== undefined) this.names.account(endpoint.owner, ['platform', 'endpoints', n, 'owner']);
    }
  }

  private flow(flow: Omit<ParsedFlow, 'do' | 'count'>, path: ScenarioPath): FlowSpec {
    const call = flow.call ?? 'submit';
    const sdk = flow.sdk ?? 'js';
    if (flow.clientTimeout !== undefined && call !== 'subscribe')
      this.complain([...path, 'clientTimeout'], 'expected clientTimeout only with call: subscribe; a submit does not wait, and the SDKs give run none', false, [
        [...path, 'call'],
      ]);
    if (flow.patience !== undefined && call === 'run')
      this.complain([...path, 'patience'], 'expected patience only with call: submit or subscribe; a run is never queued', false, [[...path, 'call']]);
    if (flow.webhook === true && call === 'run')
      this.complain([...path, 'webhook'], 'expected webhook only with call: submit or subscribe; the answer to a run is its response', false, [
        [...path, 'call'],
      ]);
    if (flow.maxVUs !== undefined && flow.arrivals.closedLoop !== undefined)
      this.complain([...path, 'maxVUs'], 'expected no maxVUs with closedLoop arrivals: their users are the bound', true, [[...path, 'arrivals', 'closedLoop']]);
    this.checkStartTimeout(flow.startTimeout, sdk, path);
    if (SDK_MODELS_THAT_COPY.includes(sdk) && (flow.clientTimeout ?? NEVER_US) <= SDK_MIN_START_TIMEOUT_US) {
      this.complain(
        [...path, 'clientTimeout'],
        `expected a client timeout of more than 1s: the ${sdk} SDK sends it along as start_timeout and refuses shorter ones`,
        false,
        [[...path, 'sdk']],
      );
    }
    return {
      as: this.mayBeInTrace(flow, 'account', flow.as, path) ? undefined : this.names.key(flow.as, [...path, 'as']),
      endpoint: this.mayBeInTrace(flow, 'endpoint', flow.endpoint, path) ? undefined : this.names.endpoint(flow.endpoint, [...path, 'endpoint']),
      call,
      sdk,
      arrivals: resolveArrivals(flow.arrivals, [...path, 'arrivals'], this.complain),
      startTimeoutUs: flow.startTimeout ?? NEVER_US,
      clientTimeoutUs: flow.clientTimeout ?? NEVER_US,
      patience: flow.patience === undefined ? undefined : resolveLaw(flow.patience),
      maxVUs: flow.maxVUs,
      child: flow.child && { endpoint: this.names.endpoint(flow.child.endpoint, [...path, 'child', 'endpoint']), probability: flow.child.probability ?? 1 },
      webhook: flow.webhook,
    };
  }

  /** Whether a column of a recording says it, or one that could not be read may. */
  private mayBeInTrace({ arrivals }: Pick<ParsedFlow, 'arrivals'>, column: 'account' | 'endpoint', given: string | undefined, path: ScenarioPath): boolean {
    if (arrivals.columns?.[column] !== undefined) return true;
    return (given === undefined || arrivals.trace !== undefined) && this.doubts.touches([...path, 'arrivals', 'columns', column]);
  }

  private checkStartTimeout(startTimeoutUs: number | undefined, sdk: string, path: ScenarioPath): void {
    if (startTimeoutUs === undefined) return;
    const least = sdk === 'none' ? SERVER_MIN_START_TIMEOUT_US : SDK_MIN_START_TIMEOUT_US;
    if (startTimeoutUs > least) return;
    const who =
      sdk === 'none'
        ? 'the server takes a start_timeout of more than 100ms'
        : `the ${sdk} SDK takes a start_timeout of more than 1s (sdk: none goes down to 100ms)`;
    this.complain([...path, 'startTimeout'], `expected a longer start timeout: ${who}`, false, [[...path, 'sdk']]);
  }

  private checkUnique(ids: readonly string[], path: ScenarioPath, what: string): void {
    for (const [n, id] of ids.entries()) {
      const first = ids.indexOf(id);
      if (first !== n) this.complain([...path, n, 'id'], `expected every ${what} to have a name of its own, but "${id}" is also ${what} number ${first + 1}`);
    }
  }

  private checkUniqueIn(names: readonly string[], path: ScenarioPath, what: string): void {
    for (const [n, name] of names.entries()) {
      if (names.indexOf(name) !== n) this.complain([...path, n], `expected every ${what} of the account to have a name of its own, but "${name}" comes twice`);
    }
  }

  private readonly complain: Complain = (path, message, aboutName = false, hangsOn = []) => {
    if (this.doubts.touches(path) || hangsOn.some((other) => this.doubts.touches(other))) return;
    this.doubts.add(path);
    this.problems.push({ path, message, aboutName });
  };
}

function expectations(expect: ParsedScenario['expect']): Expectations {
  const { thresholds = {}, exercised = {}, invariants = {}, preset, budgets, regression } = expect ?? {};
  const lists = Object.entries(thresholds).map(([metric, given]) => [metric, Array.isArray(given) ? given : [given]] as const);
  return {
    exercised,
    thresholds: Object.fromEntries(lists),
    invariants,
    ...(preset === undefined ? {} : { presets: [...new Set(typeof preset === 'string' ? [preset] : preset)] }),
    ...(budgets === undefined ? {} : { budgets }),
    ...(regression === undefined ? {} : { regression: regression !== false && regressionOf(regression) }),
  };
}

function regressionOf(regression: true | RegressionInput): RegressionExpectation {
  if (regression === true) return {};
  const { absolute, ...rest } = regression;
  return absolute === undefined ? rest : { ...rest, absoluteUs: absolute };
}
