import type { Account, ApiKey } from '../core/accounts.js';
import type { Endpoint } from '../core/endpoints.js';
import type { Platform } from '../core/platform.js';
import type { DurationSpec } from '../scenario/durations.js';
import type { AccountSpec, EndpointSpec, PlatformSpec, StepSpec } from '../scenario/types.js';
import { DrawnColdStarts } from './cold-starts.js';
import type { WorkSpec } from './demands.js';
import type { DurationLaw } from './duration-laws.js';
import type { Laws } from './laws.js';
import { performStep, type StepDirectory } from './steps.js';
import type { StorePast } from './store-past.js';
import type { TraceSource } from './trace.js';
import { pathOf } from './traffic.js';

/**
 * A scenario's accounts, keys and endpoints, opened on a platform and found again by their names, and what its steps do to
 * them. Knows no load: virtual time and wall-clock time bring their own.
 */
export class Stage implements StepDirectory {
  private readonly accounts = new Map<string, Account>();
  private readonly keys = new Map<string, ApiKey>();
  private readonly endpoints = new Map<string, Endpoint>();
  private readonly works = new Map<string, WorkSpec>();

  constructor(
    private readonly spec: PlatformSpec,
    readonly platform: Platform,
    private readonly seed: number,
    private readonly laws: Laws,
    private readonly traceSource: TraceSource,
    private readonly past: StorePast,
  ) {}

  /** Opens everything that the scenario declares. */
  open(): void {
    for (const account of this.spec.accounts) this.openAccount(account);
    for (const endpoint of this.spec.endpoints) this.openEndpoint(endpoint);
    for (const { id, endpointLimits } of this.spec.accounts) this.limitEndpoints(id, endpointLimits);
  }

  openAccount({ id, limit, keys, invoices }: Omit<AccountSpec, 'endpointLimits'>): Account {
    const account = this.platform.openAccount({ name: id, limit, invoices, keys });
    this.accounts.set(id, account);
    for (const key of account.keys) this.keys.set(pathOf([id, key.name]), key);
    return account;
  }

  openKey(account: Account, name: string): ApiKey {
    const key = this.platform.openKey(account, name);
    this.keys.set(pathOf([account.name, name]), key);
    return key;
  }

  openEndpoint(spec: EndpointSpec): Endpoint {
    const owner = spec.owner === undefined ? null : this.account(spec.owner);
    const number = this.platform.endpoints.length;
    const coldStarts = spec.coldStart === undefined ? undefined : new DrawnColdStarts(this.law(spec.coldStart), this.seed, number);
    const runners = coldStarts === undefined ? spec.runners : { ...spec.runners, coldStarts };
    const endpoint = this.platform.openEndpoint({ name: spec.id, owner, runners, limitPerAccount: spec.limit });
    this.endpoints.set(spec.id, endpoint);
    const { failureProbability = 0, requestTimeoutUs = Number.POSITIVE_INFINITY } = spec;
    this.works.set(spec.id, { service: this.law(spec.service), failureProbability, requestTimeoutUs });
    return endpoint;
  }

  /** Performs a step, now. */
  perform(step: StepSpec): void {
    performStep(step, this.platform, this, this.past);
    this.platform.showUsage();
  }

  hasAccount(id: string): boolean {
    return this.accounts.has(id);
  }

  hasEndpoint(id: string): boolean {
    return this.endpoints.has(id);
  }

  account(id: string): Account {
    return required(this.accounts.get(id), `account "${id}"`);
  }

  key(account: string, key: string): ApiKey {
    return required(this.keys.get(pathOf([account, key])), `key "${account}/${key}"`);
  }

  endpoint(id: string): Endpoint {
    return required(this.endpoints.get(id), `endpoint "${id}"`);
  }

  /** What work at an endpoint is like. */
  work(endpoint: string): WorkSpec {
    return required(this.works.get(endpoint), `endpoint "${endpoint}"`);
  }

  law(spec: DurationSpec): DurationLaw {
    return this.laws.of(spec, this.traceSource);
  }

  private limitEndpoints(account: string, limits: Readonly<Record<string, number>>): void {
    for (const [endpoint, limit] of Object.entries(limits)) {
      this.platform.setEndpointLimit(this.account(account), this.endpoint(endpoint), limit);
    }
  }
}

/** What ordinary days bring. */
const LEGAL_STEPS: ReadonlySet<StepSpec['do']> = new Set(['burst', 'revoke-key', 'set-limit', 'invoice-paid', 'cancel', 'disconnect', 'release-stuck']);

/**
 * Whether a step is more than what owners, clients and operators do every day, and than a runner whose loss is noticed: then
 * messages may fail.
 */
export function isFault(step: StepSpec): boolean {
  return step.do === 'crash-runner' ? step.silent === true : !LEGAL_STEPS.has(step.do);
}

/** Every name was checked when the scenario was resolved. */
function required<T>(thing: T | undefined, what: string): T {
  if (thing === undefined) throw new Error(`${what} was not opened before it was used`);
  return thing;
}
