import { nearest } from '../core/nearest-name.js';
import { ILLUSTRATIVE_TIERS } from '../core/tiers.js';
import { NEVER_US, US_PER_MINUTE, US_PER_MS, US_PER_SECOND } from '../core/time.js';
import { formatDurationUs } from '../core/units.js';
import { type Problem, type ScenarioPath, showValue } from './problems.js';
import { arrivalsEndUs, resolveArrivals } from './resolve-arrivals.js';
import { resolveLaw } from './resolve-laws.js';
import { resolveAccount, resolveEndpoint } from './resolve-platform.js';
import { resolvePolicy } from './resolve-policy.js';
import type { ParsedScenario } from './schema.js';
import type { AccountSpec, EndpointSpec, Expectations, FlowSpec, KeyRef, Scenario, StepSpec } from './types.js';

const DEFAULT_RECOVERY_US = 15 * US_PER_MINUTE;
/** Both SDKs refuse a start_timeout of one second or less; the server takes anything above 0.1 s. */
const SDK_MIN_START_TIMEOUT_US = US_PER_SECOND;
const SERVER_MIN_START_TIMEOUT_US = 100 * US_PER_MS;
/** Python copies its client timeout into start_timeout. */
const SDK_MODELS_THAT_COPY: readonly string[] = ['python', 'python-async'];

type ParsedFlow = NonNullable<ParsedScenario['workload']>[number];
type ParsedStep = NonNullable<ParsedScenario['steps']>[number];

/** Checks every name against what it names, fills in defaults. @returns the scenario, or everything that is wrong with it */
export function resolveScenario(parsed: ParsedScenario): { readonly scenario: Scenario } | { readonly problems: readonly Problem[] } {
  const resolver = new Resolver(parsed);
  const scenario = resolver.resolve();
  return resolver.problems.length > 0 ? { problems: resolver.problems } : { scenario };
}

class Resolver {
  readonly problems: Problem[] = [];
  private readonly accounts: readonly AccountSpec[];
  private readonly endpoints: readonly EndpointSpec[];
  private readonly traceBringsAccounts: boolean;

  constructor(private readonly parsed: ParsedScenario) {
    const { platform, workload = [] } = parsed;
    const policy = resolvePolicy(platform.policy);
    this.accounts = (platform.accounts ?? []).map((account) => resolveAccount(account));
    this.endpoints = platform.endpoints.map((endpoint) => resolveEndpoint(endpoint, policy.pricePerRequestUsd, policy.priceSource));
    this.traceBringsAccounts = workload.some((flow) => flow.arrivals.columns?.account !== undefined);
  }

  resolve(): Scenario {
    const { parsed } = this;
    this.checkPlatform();
    const workload = (parsed.workload ?? []).map((flow, n) => this.flow(flow, ['workload', n]));
    const steps: StepSpec[] = [];
    for (const [n, step] of (parsed.steps ?? []).entries()) {
      const resolved = this.step(step, ['steps', n]);
      if (resolved === undefined) continue;
      steps.push(resolved);
      // A burst step is arrivals: the workload performs it at the step's time.
      if (step.do === 'burst') workload.push(this.flow({ ...step, arrivals: { burst: step.count, at: step.at } }, ['steps', n]));
    }
    this.checkWarmup(workload, steps);
    return {
      name: parsed.name,
      description: parsed.description ?? '',
      seed: parsed.seed ?? 1,
      platform: {
        policy: resolvePolicy(parsed.platform.policy),
        tiers: parsed.platform.tiers ?? ILLUSTRATIVE_TIERS,
        tiersAreIllustrative: parsed.platform.tiers === undefined,
        accounts: this.accounts,
        endpoints: this.endpoints,
      },
      workload,
      steps,
      recoveryUs: parsed.recovery ?? DEFAULT_RECOVERY_US,
      warmup: typeof parsed.warmup === 'number' ? { kind: 'fixed', us: parsed.warmup } : parsed.warmup && { kind: parsed.warmup },
      expect: expectations(parsed.expect),
    };
  }

  /** How long a recording is, nobody knows before it is read. */
  private checkWarmup(workload: readonly FlowSpec[], steps: readonly StepSpec[]): void {
    const { warmup } = this.parsed;
    if (typeof warmup !== 'number' || workload.some(({ arrivals }) => arrivals.kind === 'trace')) return;
    const loadEndUs = Math.max(0, ...workload.map(({ arrivals }) => arrivalsEndUs(arrivals)), ...steps.map((step) => step.atUs));
    if (warmup >= loadEndUs)
      this.complain(['warmup'], `expected a warm-up shorter than the load, which ends at ${formatDurationUs(loadEndUs)}, got ${formatDurationUs(warmup)}`);
  }

  private checkPlatform(): void {
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
      for (const endpoint of Object.keys(account.endpointLimits)) this.endpoint(endpoint, ['platform', 'accounts', n, 'endpointLimits', endpoint], true);
    }
    for (const [n, endpoint] of this.endpoints.entries()) {
      if (endpoint.owner !== undefined) this.account(endpoint.owner, ['platform', 'endpoints', n, 'owner']);
    }
  }

  private flow(flow: Omit<ParsedFlow, 'do' | 'count'>, path: ScenarioPath): FlowSpec {
    const { columns } = flow.arrivals;
    const call = flow.call ?? 'submit';
    const sdk = flow.sdk ?? 'js';
    if (flow.clientTimeout !== undefined && call !== 'subscribe')
      this.complain([...path, 'clientTimeout'], 'expected clientTimeout only with call: subscribe; a submit does not wait, and the SDKs give run none');
    if (flow.patience !== undefined && call === 'run')
      this.complain([...path, 'patience'], 'expected patience only with call: submit or subscribe; a run is never queued');
    if (flow.maxVUs !== undefined && flow.arrivals.closedLoop !== undefined)
      this.complain([...path, 'maxVUs'], 'expected no maxVUs with closedLoop arrivals: their users are the bound', true);
    this.checkStartTimeout(flow.startTimeout, sdk, path);
    if (SDK_MODELS_THAT_COPY.includes(sdk) && (flow.clientTimeout ?? NEVER_US) <= SDK_MIN_START_TIMEOUT_US) {
      this.complain(
        [...path, 'clientTimeout'],
        `expected a client timeout of more than 1s: the ${sdk} SDK sends it along as start_timeout and refuses shorter ones`,
      );
    }
    return {
      as: columns?.account === undefined ? this.key(flow.as, [...path, 'as']) : undefined,
      endpoint: columns?.endpoint === undefined ? this.endpoint(flow.endpoint, [...path, 'endpoint']) : undefined,
      call,
      sdk,
      arrivals: resolveArrivals(flow.arrivals, [...path, 'arrivals'], this.complain),
      startTimeoutUs: flow.startTimeout ?? NEVER_US,
      clientTimeoutUs: flow.clientTimeout ?? NEVER_US,
      patience: flow.patience === undefined ? undefined : resolveLaw(flow.patience),
      maxVUs: flow.maxVUs,
    };
  }

  private checkStartTimeout(startTimeoutUs: number | undefined, sdk: string, path: ScenarioPath): void {
    if (startTimeoutUs === undefined) return;
    const least = sdk === 'none' ? SERVER_MIN_START_TIMEOUT_US : SDK_MIN_START_TIMEOUT_US;
    if (startTimeoutUs > least) return;
    const who =
      sdk === 'none'
        ? 'the server takes a start_timeout of more than 100ms'
        : `the ${sdk} SDK takes a start_timeout of more than 1s (sdk: none goes down to 100ms)`;
    this.complain([...path, 'startTimeout'], `expected a longer start timeout: ${who}`);
  }

  private step(step: ParsedStep, path: ScenarioPath): StepSpec | undefined {
    const atUs = step.at;
    switch (step.do) {
      case 'burst':
        return { do: 'burst', atUs, count: step.count };
      case 'revoke-key':
        return { do: 'revoke-key', atUs, key: this.key(step.key, [...path, 'key']) };
      case 'set-limit':
        if (step.endpoint !== undefined) this.endpoint(step.endpoint, [...path, 'endpoint']);
        return { do: 'set-limit', atUs, account: this.account(step.account, [...path, 'account']), endpoint: step.endpoint, limit: step.limit };
      case 'invoice-paid':
        return { do: 'invoice-paid', atUs, account: this.account(step.account, [...path, 'account']), usd: step.usd };
      case 'crash-runner':
        return { do: 'crash-runner', atUs, endpoint: this.endpoint(step.endpoint, [...path, 'endpoint']), count: step.count ?? 1 };
      case 'cancel': {
        const account = this.account(step.account, [...path, 'account']);
        if (step.key !== undefined) this.key(`${step.account}/${step.key}`, [...path, 'key']);
        const count = step.count === undefined || step.count === 'all' ? Number.POSITIVE_INFINITY : step.count;
        return { do: 'cancel', atUs, account, key: step.key, count, state: step.state ?? 'any' };
      }
      case 'release-stuck':
        return { do: 'release-stuck', atUs, account: this.account(step.account, [...path, 'account']) };
      default:
        return undefined;
    }
  }

  /** `acme/old`, or `acme` where the account has one key, or nothing where there is one key in all. */
  private key(ref: string | undefined, path: ScenarioPath): KeyRef {
    const all = this.accounts.flatMap((account) => account.keys.map((key) => ({ account: account.id, key })));
    const [only] = all;
    if (ref === undefined && all.length === 1 && only !== undefined) return only;
    const found = all.filter(({ account, key }) => ref === `${account}/${key}` || (ref === account && this.keysOf(account).length === 1));
    const [match] = found;
    if (match !== undefined) return match;
    const known = all.map(({ account, key }) => `${account}/${key}`);
    if (this.traceBringsAccounts && known.length === 0)
      this.complain(path, 'expected a key as account/key, but the accounts of a trace are not known before it is read; name one under platform.accounts');
    else this.complain(path, `expected a key as account/key${among(ref, known)}, got ${showValue(ref)}`);
    return { account: '', key: '' };
  }

  private keysOf(id: string): readonly string[] {
    return this.accounts.find((account) => account.id === id)?.keys ?? [];
  }

  private account(id: string, path: ScenarioPath): string {
    const known = this.accounts.map((account) => account.id);
    if (!known.includes(id)) this.complain(path, `expected the id of an account${among(id, known)}, got ${showValue(id)}`);
    return id;
  }

  private endpoint(id: string | undefined, path: ScenarioPath, aboutName = false): string {
    const known = this.endpoints.map((endpoint) => endpoint.id);
    const [only] = known;
    if (id === undefined && known.length === 1 && only !== undefined) return only;
    if (id === undefined || !known.includes(id)) {
      this.complain(path, `expected the id of an endpoint${among(id, known)}, got ${showValue(id)}`, aboutName);
    }
    return id ?? '';
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

  private readonly complain = (path: ScenarioPath, message: string, aboutName = false): void => {
    this.problems.push({ path, message, aboutName });
  };
}

function among(came: string | undefined, known: readonly string[]): string {
  const near = came === undefined ? undefined : nearest(came, known);
  if (near !== undefined) return ` (did you mean "${near}"?)`;
  return known.length === 0 ? ' (the platform has none)' : ` (known: ${known.slice(0, 10).join(', ')}${known.length > 10 ? ', …' : ''})`;
}

function expectations(expect: ParsedScenario['expect']): Expectations {
  const thresholds = Object.entries(expect?.thresholds ?? {}).map(([metric, given]) => [metric, typeof given === 'string' ? [given] : given] as const);
  return { exercised: expect?.exercised ?? {}, thresholds: Object.fromEntries(thresholds), invariants: expect?.invariants ?? {} };
}
