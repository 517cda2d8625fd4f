import type { Rejected } from '../../core/errors.js';
import { WorkEnd } from '../../core/requests.js';
import { US_PER_SECOND } from '../../core/time.js';
import type { StepSpec } from '../../scenario/types.js';
import type { LiveInput } from '../driver/inputs.js';
import type { LiveDriver } from '../driver/live-driver.js';
import type { LivePlatform } from '../driver/live-platform.js';
import type { ModelShelf } from '../models/model.js';
import type { Ledger, StoredState } from '../store/ledger.js';
import { assembleParts } from './assemble-parts.js';
import { Comeback } from './comeback.js';
import { Commits } from './commits.js';
import { IncidentLog } from './incident-log.js';
import { Intake } from './intake.js';
import type { KeyBook } from './key-book.js';
import type { LiveRequest } from './live-request.js';
import type { AccountUsage, EndpointView, LiveWorld, PlatformView, Refusal, RequestOrder, SlotView } from './live-world.js';
import { RequestLife } from './request-life.js';
import type { RequestRecord } from './request-record.js';
import { restore, startOf, withStoredTerms } from './restore.js';
import { SelfService } from './self-service.js';
import { Views } from './views.js';
import type { WorldOptions } from './world-options.js';
import type { WorldParts } from './world-parts.js';

/** Ended requests whose time is over are looked for this often. */
const SWEEP_US = 10 * US_PER_SECOND;

/**
 * A scenario's platform on the wall clock. Decides nothing about slots: it hands inputs to the platform, keeps what the wire
 * needs to know of each request, and puts on disk what must outlive the process.
 */
export class World implements LiveWorld {
  readonly clock: LiveDriver;
  readonly keys: KeyBook;
  readonly models: ModelShelf;
  readonly ledger: Ledger;
  /** `id:secret` of the keys that were made now, by `account/key`. */
  readonly credentials: ReadonlyMap<string, string>;
  /** `id:secret` of whoever runs the emulator. */
  readonly operatorCredentials: string;
  /** What was found in the folder, for whoever goes on with it. */
  readonly stored: Pick<StoredState, 'deliveries' | 'signingKey'>;
  private readonly parts: WorldParts;
  private readonly commits: Commits;
  private readonly life: RequestLife;
  private readonly intake: Intake;
  private readonly views: Views;
  private readonly selfService: SelfService;
  /** Steps of the scenario that were asked for, by number. */
  private readonly performed = new Set<number>();
  private closed = false;
  /** The platform is as it was before the restart, and callers may come. */
  private isReady = false;

  constructor(private readonly options: WorldOptions) {
    const { wall, ledger, models, speed } = options;
    this.ledger = ledger;
    this.models = models;
    const state = ledger.load();
    const scenario = withStoredTerms(options.scenario, state);
    this.stored = { deliveries: state.deliveries, signingKey: state.signingKey };
    const originMs = state.clock?.originMs ?? wall.epochMs();
    const startedUs = startOf(state, wall, speed);
    const incidents = new IncidentLog();
    this.life = new RequestLife(incidents);
    this.parts = assembleParts(
      options,
      { scenario, startUs: startedUs, stepsDoneUs: state.clock?.us, originMs, life: this.life },
      { apply: (input) => this.apply(input), act: (input) => this.act(input), afterTurn: () => this.afterTurn() },
    );
    this.clock = this.parts.clock;
    this.keys = this.parts.keys;
    this.commits = new Commits({
      ledger,
      wall,
      commit: () => {
        this.parts.accounts.write();
        ledger.commit(this.clock.nowUs(), wall.epochMs(), originMs);
      },
      onTrouble: options.onTrouble,
    });
    this.life.connect(this.parts);
    this.parts.telling.connect(this.keys);
    this.intake = new Intake(this.parts, this.life, state.lastOrdinal);
    this.views = new Views(this.parts, incidents, { name: scenario.name, platform: scenario.platform, speed: speed === 'manual' ? 0 : speed, startedUs });
    this.selfService = new SelfService(this.parts, scenario.platform.policy.selfService);
    this.operatorCredentials = this.keys.open('', 'operator', 'OPERATOR', undefined, options.operator);
    const comeback = new Comeback(this.parts, this.life, options.credentials);
    this.clock.turn(() => restore(state, comeback.host(scenario)));
    this.credentials = comeback.credentials;
    this.commits.now();
    this.isReady = true;
    this.sweepLater();
    this.commits.goOn(() => this.life.startHandlers());
  }

  // What callers do

  submit(order: RequestOrder): LiveRequest | Refusal {
    return this.clock.turn(() => this.intake.take(order, 'submit'));
  }

  call(order: RequestOrder): LiveRequest | Refusal {
    return this.clock.turn(() => this.intake.take(order, 'call'));
  }

  find(id: string): LiveRequest | undefined {
    this.catchUp();
    return this.parts.book.find(id);
  }

  requestsOf(account: string, filter: Parameters<LiveWorld['requestsOf']>[1]): readonly LiveRequest[] {
    this.catchUp();
    return this.views.requestsOf(account, filter);
  }

  cancel(request: LiveRequest): 'accepted' | 'already-completed' {
    const record = request as RequestRecord;
    return this.clock.turn(() => {
      if (record.outcome !== undefined) return 'already-completed';
      this.apply({ op: 'cancel', handle: record.ordinal });
      return 'accepted';
    });
  }

  disconnect(request: LiveRequest): void {
    const record = request as RequestRecord;
    this.clock.turn(() => {
      if (record.outcome === undefined) this.apply({ op: 'disconnect', handle: record.ordinal });
    });
  }

  finish(request: LiveRequest): void {
    const record = request as RequestRecord;
    this.act({ op: 'finish', handle: record.ordinal, attempt: record.attempts, end: WorkEnd.ok });
  }

  forgetPayload(request: LiveRequest): void {
    const record = request as RequestRecord;
    if (record.outcome === undefined) return;
    record.input = undefined;
    record.answer = undefined;
    this.parts.book.payloadDeleted(record);
    this.ledger.payloadDeleted(record.id);
  }

  /** Calls `listener` when a request has ended, before that is on disk. @returns a function that stops listening */
  onRequestEnded(listener: (request: LiveRequest) => void): () => void {
    return this.parts.telling.onEnd(listener);
  }

  // What owners do

  slotsOf(account: string): readonly SlotView[] {
    this.catchUp();
    return this.views.slotsOf(account);
  }

  releaseSlot(account: string, name: string): ReturnType<SelfService['release']> {
    return this.clock.turn(() => this.selfService.release(account, name));
  }

  releaseStuck(account: string): ReturnType<SelfService['releaseAll']> {
    return this.clock.turn(() => this.selfService.releaseAll(account));
  }

  accounts(): readonly string[] {
    return this.parts.platformRun.platform.accounts.map((account) => account.name);
  }

  usageOf(account: string): AccountUsage | undefined {
    this.catchUp();
    return this.views.usageOf(account);
  }

  setLimit(account: string, limit: number, endpoint?: string): void {
    this.act({ op: 'set-limit', account, limit, endpoint: endpoint ?? null });
    this.parts.accounts.changed(account);
  }

  payInvoice(account: string, usd: number): void {
    this.act({ op: 'pay-invoice', account, usd });
    this.parts.accounts.changed(account);
  }

  lock(account: string, reason: string | undefined): void {
    this.parts.accounts.lock(account, reason);
    this.parts.bell.ring();
  }

  flush(app: string): number {
    return this.clock.turn(() => {
      const waiting = this.views.waitingAt(app);
      for (const handle of waiting) this.apply({ op: 'cancel', handle });
      return waiting.length;
    });
  }

  queueLength(app: string): number {
    this.catchUp();
    return this.views.waitingAt(app).length;
  }

  // What everybody may see

  endpoints(): readonly EndpointView[] {
    this.catchUp();
    return this.views.endpoints();
  }

  platform(): PlatformView {
    this.catchUp();
    return this.views.platform();
  }

  perform(step: StepSpec): void {
    this.act({ op: 'step', step: { ...step, atUs: this.clock.nowUs() } });
  }

  performScripted(number: number): StepSpec | undefined {
    const { steps } = this.parts.platformRun;
    const step = steps[number - 1];
    if (step === undefined || this.options.run === undefined || this.performed.has(number)) return undefined;
    this.performed.add(number);
    this.act({ op: 'scripted-step', index: number - 1 });
    return step;
  }

  /** The run is over, and nobody waits for this request any more. */
  leaveAlone(id: string): void {
    const record = this.parts.book.find(id);
    if (record !== undefined) this.parts.platformRun.leaveAlone(record.ordinal);
  }

  /** Whether its run is over: nothing happens any more. */
  get isOver(): boolean {
    return this.parts.platformRun.isOver;
  }

  /** The platform itself, to be looked at. */
  get platformRun(): LivePlatform {
    return this.parts.platformRun;
  }

  settled(): Promise<void> {
    return this.commits.soon();
  }

  onChange(listener: () => void): () => void {
    return this.parts.bell.listen(listener);
  }

  /** The hash of everything that has happened. */
  get hash(): string {
    return this.parts.platformRun.hash;
  }

  /** Where the platform's own time stands, µs: that of the last thing that happened or was done. */
  get platformUs(): number {
    return this.parts.platformRun.nowUs;
  }

  /** Where callers of requests from before a restart reach the server. */
  set publicUrl(url: string) {
    this.life.publicUrl = url;
    this.afterTurn();
  }

  /** Moves stopped time on (`speed: manual`, or after `clock.pause`). */
  step(us: number): void {
    this.clock.step(us);
  }

  /** Nothing is driven any more; everything that has happened is on disk. */
  close(): void {
    if (this.closed) return;
    // What is due at this very instant belongs to the history, too.
    this.parts.platformRun.advanceTo(this.parts.platformRun.nowUs);
    this.closed = true;
    this.commits.stop();
    this.life.stopHandlers('the server is closing');
    this.clock.close();
    this.parts.bell.close();
    this.commits.now();
    this.ledger.close();
  }

  /** Does one thing to the platform, now. */
  private act(input: LiveInput): void {
    this.clock.turn(() => this.apply(input));
  }

  private apply(input: LiveInput): Rejected | 0 {
    const { platformRun } = this.parts;
    if (this.closed) return 0;
    this.options.inputs?.note(platformRun.nowUs, input);
    return platformRun.apply(input);
  }

  private catchUp(): void {
    if (!this.closed) this.clock.turn(nothing);
  }

  /** The platform has moved: handlers begin, and whoever watches is told. */
  private afterTurn(): void {
    const isDoubtful = this.parts.accounts.settleDoubts();
    // A handler is no make-believe: after a crash nobody may think that it had not begun.
    if (this.isReady && (isDoubtful || this.life.hasToStart) && this.commits.tried()) this.life.startHandlers();
    this.parts.telling.all();
  }

  private sweepLater(): void {
    this.clock.after(SWEEP_US, () => {
      const held = new Set(this.parts.platformRun.platform.limiter.live().map((lease) => lease.request.owner));
      this.parts.book.sweep(this.clock.nowUs(), held);
      this.sweepLater();
    });
  }
}

function nothing(): void {}
