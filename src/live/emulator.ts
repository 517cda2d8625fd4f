import { resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { US_PER_SECOND } from '../core/time.js';
import { parseDurationUs } from '../core/units.js';
import { type PreparedScenario, type PreparedVariant, prepareScenario } from '../prepare.js';
import { reasonOf } from '../reasons.js';
import type { ScenarioInput } from '../scenario/schema.js';
import { sourceOfData } from '../scenario/source.js';
import type { TraceSource } from '../sim/trace.js';
import { localFetch } from './client-environment.js';
import { DEFAULT_SCENARIO } from './default-scenario.js';
import { realClock } from './driver/wall-clock.js';
import { checkOptions, type EmulatorOptions } from './emulator-options.js';
import { closeGracefully, listenTls } from './http/closing.js';
import type { ServerSettings } from './http/context.js';
import { ROUTE_GROUPS } from './http/groups.js';
import { DEFAULT_LIMITS } from './http/limits.js';
import { type LiveStep, readLiveStep } from './http/platform/live-step.js';
import { createServer } from './http/server.js';
import { sessionsOf } from './http/sessions.js';
import { WireError } from './http/wire-error.js';
import { createShelf } from './models/shelf.js';
import { type LoggedRequest, RequestLog } from './request-log.js';
import { openEmulatorLedger } from './store/open-ledger.js';
import { certificateFor, type TlsOptions } from './tls/certificate-for.js';
import { type WebhookAttempt, WebhookSender } from './webhooks/sender.js';
import type { NewKey } from './world/keys.js';
import type { SlotView } from './world/live-world.js';
import { World } from './world/world.js';

/** A step as a scenario file spells it; `at` counts from now. */
export type EmulatorStep = WithoutTime<NonNullable<ScenarioInput['steps']>[number]>;
type WithoutTime<Step> = Step extends { at: unknown } ? Omit<Step, 'at'> & { readonly at?: string } : Step;

/** How long `close` waits for answers under way, ms. */
const DRAIN_MS = 5_000;
const LEAK_PATIENCE_MS = 5_000;
const LOOK_EVERY_MS = 10;

/** Slots that nobody holds and nobody gives back. */
export class LeakError extends Error {
  override readonly name = 'LeakError';

  constructor(readonly slots: readonly SlotView[]) {
    const lines = slots.map((slot) => `  ${slot.endpoint} request ${slot.requestId}, for ${(slot.ageUs / US_PER_SECOND).toFixed(1)} s: ${slot.explanation}`);
    super(`expected no leaked slot, found ${slots.length}:\n${lines.join('\n')}`);
  }
}

/** A running emulator. */
export class Emulator {
  private readonly webhooks: WebhookSender;
  private isClosed = false;
  private plainUrl = '';
  private secureUrl: string | undefined;
  private authorityFile: string | undefined;

  /** @param app with all routes, not listening */
  constructor(
    readonly world: World,
    /** For in-process tests: `app.inject`. */
    readonly app: FastifyInstance,
    private readonly options: EmulatorOptions,
    private readonly scenario: PreparedVariant,
    private readonly log: RequestLog,
  ) {
    this.webhooks = new WebhookSender(world, {
      allowsPrivateWebhooks: options.allowPrivateWebhooks === true,
      retryDelaysS: options.webhookRetriesS,
      signingKey: world.stored.signingKey,
      onAttempt: (attempt) => this.logAttempt(attempt),
    });
    this.webhooks.resume(world.stored.deliveries);
    world.onRequestEnded((request) => this.webhooks.requestEnded(request));
  }

  /** Where it is reached: `http://127.0.0.1:8080`. */
  get url(): string {
    return this.plainUrl;
  }

  /** The same over https; '' without `tls`. */
  get tlsUrl(): string {
    return this.secureUrl ?? '';
  }

  /** PEM file of the authority that clients must trust; undefined without `tls`. */
  get caFile(): string | undefined {
    return this.authorityFile;
  }

  /** For `createFalClient({ credentials, fetch })`. */
  get fetch(): typeof fetch {
    return localFetch(this.plainUrl);
  }

  /**
   * `id:secret` of a scenario's key, as `FAL_KEY` wants it.
   * @param name `account/key`; without it the first account's first key
   * @throws Error for an unknown one, and for one that was made before a restart: its secret is nowhere
   */
  credentials(name?: string): string {
    const wanted = name ?? [...this.world.credentials.keys()][0] ?? '';
    const found = this.world.credentials.get(wanted);
    if (found !== undefined) return found;
    throw new Error(
      `expected the name of a key such as ${this.keyNames()[0]}, got ${JSON.stringify(wanted)}. There are ${this.keyNames().join(', ')}; secrets of keys from before a restart are not known`,
    );
  }

  /** The operator's `id:secret`: may do what a scenario's steps do, over HTTP. */
  get operatorCredentials(): string {
    return this.world.operatorCredentials;
  }

  /** A link that signs a browser in as this account, once. */
  dashboardUrl(name?: string): string {
    const caller = this.world.keys.authenticate(this.credentials(name));
    if (caller === undefined) throw new Error('a revoked key cannot sign in');
    return `${this.plainUrl}/concurrency?ticket=${sessionsOf(this.world).ticketFor(caller)}`;
  }

  /**
   * Revokes a key of the scenario. What that does to its requests is the policy's business.
   * @param name `account/key`
   * @throws Error for an unknown one
   */
  revokeKey(name: string): void {
    this.perform({ do: 'revoke-key', key: name });
  }

  createKey(account: string, alias: string): NewKey {
    return this.world.keys.create(account, alias, 'ADMIN');
  }

  /**
   * Does what a step of a scenario file does, now: `{ do: 'pause-runner', endpoint: 'fal-ai/flux/dev', for: '5s' }`. With
   * `at`, that long from now.
   * @throws Error that says everything that is wrong with the step
   */
  perform(step: EmulatorStep): void {
    const { spec, delayUs } = this.readStep(step);
    if (delayUs === 0) this.world.perform(spec);
    else this.world.clock.after(delayUs, () => this.world.perform(spec));
  }

  private readStep(step: EmulatorStep): LiveStep {
    try {
      return readLiveStep(step, this.world);
    } catch (error) {
      throw error instanceof WireError ? new Error(wordsOf(error), { cause: error }) : error;
    }
  }

  /** The slots that an account holds. Without a name: all accounts'. @throws Error for an account that is not known */
  slots(account?: string): readonly SlotView[] {
    const known = this.world.accounts();
    if (account !== undefined && !known.includes(account)) throw new Error(`expected an account: ${known.join(', ')}, got ${JSON.stringify(account)}`);
    return (account === undefined ? this.world.accounts() : [account]).flatMap((name) => this.world.slotsOf(name));
  }

  /**
   * Resolves once every slot is free: what is in progress has a moment to end first.
   * @param withinMs of wall time; with `speed: 'manual'` nothing moves meanwhile, so `advance` first
   * @throws LeakError that lists the ghosts; Error where work still goes on, for nobody knows yet what will become of its slots
   */
  async expectNoLeaks(withinMs = LEAK_PATIENCE_MS): Promise<void> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const slots = this.slots();
      if (slots.length === 0) return;
      const isOver = performance.now() >= deadline || this.options.speed === 'manual';
      if (isOver) {
        const ghosts = slots.filter((slot) => slot.reason === 'ghost');
        if (ghosts.length > 0) throw new LeakError(ghosts);
        throw new Error(`${slots.length} slots are still worked for, so it cannot be said yet whether they come back: ${this.patienceAdvice(withinMs)}`);
      }
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    }
  }

  private patienceAdvice(withinMs: number): string {
    return this.options.speed === 'manual' ? 'advance() until their work has ended' : `wait for longer than ${withinMs} ms, or let time pass faster (speed)`;
  }

  /** Stops the platform's time, until `resume`. Sockets do not stop. */
  pause(): void {
    this.world.clock.pause();
  }

  resume(): void {
    this.world.clock.resume();
  }

  /** Moves stopped time on (`speed: 'manual'`, or after `pause`). @param by such as `10s` */
  advance(by: string): void {
    const us = parseDurationUs(by);
    if (us === undefined) throw new Error(`expected a duration such as 10s, got ${JSON.stringify(by)}`);
    this.world.step(us);
  }

  /** What came in over HTTP, in order of arrival. */
  requestLog(): readonly LoggedRequest[] {
    return this.log.list();
  }

  /** Name of the scenario that it serves. */
  get scenarioName(): string {
    return this.scenario.scenario.name;
  }

  /** Begins to listen. @returns this */
  async listen(): Promise<this> {
    const { host = '127.0.0.1', port = 0, tls } = this.options;
    this.plainUrl = localUrl(await this.app.listen({ host, port }));
    this.world.publicUrl = this.options.publicUrl ?? this.plainUrl;
    if (tls === undefined || tls === false) return this.begin();
    const chosen: TlsOptions = tls === true ? {} : tls;
    const certificate = await certificateFor(chosen);
    this.secureUrl = localUrl(await listenTls(this.app, certificate, host, chosen.port ?? 0));
    this.authorityFile = certificate.caFile === undefined ? undefined : resolve(certificate.caFile);
    return this.begin();
  }

  /** The clock of a judged run begins with its load. */
  private begin(): this {
    if (this.options.run === undefined) this.world.clock.resume();
    return this;
  }

  /**
   * Ends it: no new connections, answers under way are given, then everything is on disk.
   * @param drainMs how long answers under way may take
   */
  async close(drainMs = DRAIN_MS): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    try {
      await closeGracefully(this.app, drainMs);
      await this.webhooks.close();
    } finally {
      this.world.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** A receiver that does not take its webhook is nobody's secret. */
  private logAttempt({ requestId, attempt, status, error, outcome }: WebhookAttempt): void {
    if (outcome !== 'delivered') this.app.log.warn({ request_id: requestId, attempt, status, error, outcome }, 'a webhook was not taken');
  }

  private keyNames(): string[] {
    return this.scenario.scenario.platform.accounts.flatMap(({ id, keys }) => keys.map((key) => `${id}/${key}`));
  }
}

/**
 * Starts fal's API on this machine, on the platform of a scenario.
 *
 * ```ts
 * const emulator = await startEmulator({ speed: 10 });
 * const fal = createFalClient({ credentials: emulator.credentials(), fetch: emulator.fetch });
 * ```
 * @throws ScenarioError for a scenario with mistakes; LedgerError for a folder that cannot be used
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  return (await prepareEmulator(options, true)).listen();
}

/**
 * The same without listening: `emulator.app.inject` reaches it.
 * @param holdsClock time stands still until `listen`: what a scenario does after seconds is to meet somebody
 */
export async function prepareEmulator(options: EmulatorOptions = {}, holdsClock = false): Promise<Emulator> {
  checkOptions(options);
  const scenario = variantOf(options);
  const ledger = openEmulatorLedger(options.data);
  let app: FastifyInstance | undefined;
  let world: World;
  try {
    world = new World({
      scenario: scenario.scenario,
      seed: options.seed ?? scenario.scenario.seed,
      speed: options.speed ?? 1,
      wall: realClock,
      holdsClock,
      ledger,
      models: createShelf({ seed: options.seed ?? scenario.scenario.seed, handlers: options.handlers }),
      traceSource: options.traceSource ?? NO_TRACES,
      credentials: options.credentials ?? {},
      operator: options.operator,
      reader: options.reader,
      inputs: options.inputs,
      run: options.run,
      onFailure: options.onFailure ?? rethrow,
      onHandlerThrew: (requestId, message) => app?.log.warn({ request_id: requestId }, message),
      onTrouble: options.onTrouble ?? warn,
    });
  } catch (error) {
    ledger.close();
    throw error;
  }
  const settings: ServerSettings = {
    publicUrl: options.publicUrl,
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    allowsPrivateWebhooks: options.allowPrivateWebhooks === true,
    offersNexa: options.nexa !== false,
  };
  const log = new RequestLog();
  app = await createServer(world, settings, ROUTE_GROUPS, options.logger ?? false, options.logsRequests === false ? undefined : (server) => log.watch(server));
  return new Emulator(world, app, options, scenario, log);
}

function variantOf({ scenario = DEFAULT_SCENARIO, variant }: EmulatorOptions): PreparedVariant {
  if (typeof scenario !== 'object')
    throw new TypeError(`scenario: expected an object, got ${typeof scenario}: read the file first (prepareScenario(parseSource(file, text)))`);
  const prepared = 'variants' in scenario && 'settings' in scenario ? (scenario as PreparedScenario) : prepareScenario(sourceOfData('the scenario', scenario));
  const [first] = prepared.variants as readonly [PreparedVariant, ...PreparedVariant[]];
  if (variant === undefined) return first;
  const found = prepared.variants.find(({ name }) => name === variant);
  if (found !== undefined) return found;
  const names = prepared.variants.map(({ name }) => name ?? '(none)').join(', ');
  throw new Error(`expected one of the variants ${names}, got ${JSON.stringify(variant)}`);
}

const NO_TRACES: TraceSource = (path) => {
  throw new Error(`${path}: give startEmulator a traceSource that opens files of samples`);
};

/** What the platform API would have answered. */
function wordsOf({ body }: WireError): string {
  const { error } = body as { error?: { message?: string } };
  return error?.message ?? JSON.stringify(body);
}

function warn(error: unknown): void {
  process.emitWarning(reasonOf(error));
}

function rethrow(error: unknown): never {
  throw error;
}

/** Whoever listens everywhere is reached here too. */
function localUrl(address: string): string {
  return address.replace('0.0.0.0', '127.0.0.1').replace('[::]', '[::1]');
}
