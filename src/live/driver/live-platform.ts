import type { Account, ApiKey } from '../../core/accounts.js';
import { EventCalendar } from '../../core/calendar.js';
import type { Endpoint } from '../../core/endpoints.js';
import { eventKey, FIRST_OF_WORLD, idOf, kindOf } from '../../core/event-keys.js';
import { History, HistoryKind, type Outcome } from '../../core/history.js';
import type { LimiterSource } from '../../core/own-limiter-terms.js';
import type { Caller } from '../../core/parts.js';
import { Platform, type Rejected } from '../../core/platform.js';
import { NONE, type Request } from '../../core/requests.js';
import { BothReaders } from '../../history/both-readers.js';
import { stepEndUs } from '../../scenario/planned-end.js';
import type { EndpointSpec, Scenario, StepSpec } from '../../scenario/types.js';
import { drawFaultSteps } from '../../sim/faults/draw-faults.js';
import { Laws } from '../../sim/laws.js';
import type { RunSink } from '../../sim/simulation.js';
import { Stage } from '../../sim/stage.js';
import { StorePast } from '../../sim/store-past.js';
import type { TraceSource } from '../../sim/trace.js';
import { TrafficBook } from '../../sim/traffic.js';
import { WorldEvent } from '../../sim/world-events.js';
import type { LiveInput, SubmitInput } from './inputs.js';

/** Told about what the platform does, while it does it: must not call the platform, it notes and acts later. */
export interface PlatformWatcher extends RunSink {
  requestEnded(handle: number, request: Request, outcome: Outcome): void;
  keyRefused(key: ApiKey): void;
  /** A scripted step begins. */
  stepBegan(step: StepSpec, index: number): void;
}

export interface LivePlatformOptions {
  readonly scenario: Scenario;
  readonly seed: number;
  /** Where the clock stands when the platform opens, µs: above 0 when it is opened again. */
  readonly startUs: number;
  /** What the scenario does to accounts and keys after this was not done yet, µs; undefined: everything from `startUs` on. */
  readonly stepsDoneUs?: number | undefined;
  /** Time of day at instant 0, µs. */
  readonly timeOfDayUs: number;
  readonly traceSource: TraceSource;
  /** Reads the history beside the watcher. */
  readonly reader?: RunSink | undefined;
  readonly limiter?: LimiterSource | undefined;
}

/** Steps that matter however late they come: a fault of an hour ago is over. */
const LASTING: ReadonlySet<StepSpec['do']> = new Set(['revoke-key', 'set-limit', 'invoice-paid', 'rename-account', 'delete-account']);

/**
 * The platform of a scenario, driven from outside: no load of its own, no end. What happens is a function of the scenario,
 * the seed and the inputs with their times, so a live run can be repeated in virtual time.
 */
export class LivePlatform implements Caller {
  readonly calendar = new EventCalendar();
  readonly platform: Platform;
  readonly stage: Stage;
  readonly traffic = new TrafficBook();
  /** Scripted, then drawn. */
  readonly steps: readonly StepSpec[];
  private readonly past: StorePast;
  /** By handle: requests that have not ended. */
  private readonly open = new Map<number, Request>();

  constructor(
    private readonly options: LivePlatformOptions,
    private readonly watcher: PlatformWatcher,
  ) {
    const { scenario, seed, startUs, timeOfDayUs, limiter, reader, traceSource } = options;
    const scriptedEndUs = Math.max(0, ...scenario.steps.map((step) => stepEndUs(step)));
    this.steps = scenario.faults === undefined ? scenario.steps : [...scenario.steps, ...drawFaultSteps(scenario, seed, scriptedEndUs)];
    this.past = new StorePast(this.steps);
    this.calendar.advanceTo(startUs);
    const sink = reader === undefined ? watcher : new BothReaders(reader, watcher);
    const history = new History(this.calendar, sink);
    const { policy, tiers } = scenario.platform;
    // Whoever runs the emulator may break anything at any time.
    this.platform = new Platform(this.calendar, history, { policy, tiers, seed, expectsFaults: true, timeOfDayUs, limiter }, this);
    sink.attach({ platform: this.platform, traffic: this.traffic, endUs: Number.MAX_SAFE_INTEGER, steps: this.steps });
    this.stage = new Stage(scenario.platform, this.platform, seed, new Laws(), traceSource, this.past);
    this.stage.open();
    for (const [index, atUs] of this.past.instantsUs.entries()) if (atUs >= startUs) this.calendar.schedule(atUs, eventKey(WorldEvent.snapshot, index));
    // What was done before the platform was opened again is not done twice.
    const doneUs = options.stepsDoneUs ?? startUs;
    for (const [index, step] of this.steps.entries()) {
      const isMissed = step.atUs < startUs && step.atUs >= doneUs && LASTING.has(step.do);
      if (step.atUs >= startUs || isMissed) this.calendar.schedule(Math.max(startUs, step.atUs), eventKey(WorldEvent.step, index));
    }
  }

  get nowUs(): number {
    return this.calendar.nowUs;
  }

  get hash(): string {
    return this.platform.history.hash;
  }

  /** When the next thing happens by itself, µs; Infinity: never. */
  get nextUs(): number {
    return this.calendar.peekTimeUs();
  }

  /** Lets everything happen that is due until then, and then it is that time. */
  advanceTo(atUs: number): void {
    const { calendar, platform } = this;
    while (calendar.peekTimeUs() <= atUs) {
      const key = calendar.pop();
      if (kindOf(key) < FIRST_OF_WORLD) platform.fire(key);
      else this.fire(kindOf(key), idOf(key));
    }
    calendar.advanceTo(atUs);
  }

  /** @returns why a request was refused; 0 for whatever was done */
  apply(input: LiveInput): Rejected | 0 {
    const { platform, stage } = this;
    switch (input.op) {
      case 'submit':
      case 'call':
        return this.take(input);
      case 'cancel':
        this.about(input.handle, (request) => platform.cancel(request));
        return 0;
      case 'disconnect':
        this.about(input.handle, (request) => platform.disconnect(request));
        return 0;
      case 'finish':
        this.about(input.handle, (request) => platform.finishWork(request, input.attempt, input.end));
        return 0;
      case 'open-key':
        stage.openKey(stage.account(input.account), input.name);
        return 0;
      case 'revoke-key':
        platform.revokeKey(platform.keys[input.key] as ApiKey);
        return 0;
      case 'restore-revoked':
        platform.restoreRevoked(platform.keys[input.key] as ApiKey);
        return 0;
      case 'open-endpoint':
        this.openEndpoint(input.endpoint);
        return 0;
      case 'step':
        this.watcher.stepBegan(input.step, NONE);
        stage.perform(input.step);
        return 0;
      default:
        this.administer(input, stage);
        return 0;
    }
  }

  requestOf(handle: number): Request | undefined {
    return this.open.get(handle);
  }

  requestEnded(request: Request, outcome: Outcome): void {
    this.open.delete(request.owner);
    this.watcher.requestEnded(request.owner, request, outcome);
  }

  keyRefused(key: ApiKey): void {
    this.watcher.keyRefused(key);
  }

  private administer(
    input: Exclude<
      LiveInput,
      SubmitInput | { op: 'cancel' | 'disconnect' | 'finish' | 'open-key' | 'revoke-key' | 'restore-revoked' | 'open-endpoint' | 'step' }
    >,
    stage: Stage,
  ): void {
    const { platform } = this;
    switch (input.op) {
      case 'set-limit':
        if (input.endpoint === null) platform.setLimit(stage.account(input.account), input.limit);
        else platform.setEndpointLimit(stage.account(input.account), stage.endpoint(input.endpoint), input.limit);
        return;
      case 'pay-invoice':
        platform.payInvoice(stage.account(input.account), input.usd);
        return;
      case 'release-slot': {
        const lease = platform.limiter.lease(input.lease);
        if (lease.isHeldWith(input.token)) platform.releaseOneStuck(lease);
        return;
      }
      case 'release-stuck':
        platform.releaseStuck(stage.account(input.account));
        return;
      case 'restore-usage':
        stage.account(input.account).usage.restore(input.days, input.peak);
        return;
    }
  }

  private take(input: SubmitInput): Rejected | 0 {
    const { platform, stage } = this;
    const key = platform.keys[input.key] as ApiKey;
    const endpoint: Endpoint = stage.endpoint(input.endpoint);
    const account: Account = key.account;
    const terms = {
      low: input.low,
      runner: input.runner,
      attemptsBefore: input.attemptsBefore,
      retriesAfterError: input.retriesAfterError ?? Number.POSITIVE_INFINITY,
      retriesAfterTimeout: input.retriesAfterTimeout ?? Number.POSITIVE_INFINITY,
    };
    const submission = {
      key,
      endpoint,
      traffic: this.traffic.numberOf({ call: input.op === 'call' ? 'run' : 'submit' }, account.name, key.name, endpoint.name),
      owner: input.handle,
      serviceUs: input.serviceUs ?? Number.POSITIVE_INFINITY,
      end: input.end,
      calledUs: this.calendar.nowUs,
      startTimeoutUs: input.startTimeoutUs ?? Number.POSITIVE_INFINITY,
      isRepeat: false,
      errand: null,
      terms,
    };
    // It may begin, or even end, before the platform has answered.
    this.beingTaken = input.handle;
    const answer = input.op === 'call' ? platform.call(submission) : platform.submit(submission);
    this.beingTaken = NONE;
    if (typeof answer === 'number') return answer;
    if (answer.isOpen && answer.owner === input.handle) this.open.set(input.handle, answer);
    return 0;
  }

  /** The handle of the request that is just being handed in; -1: none. */
  beingTaken = NONE;

  private about(handle: number, act: (request: Request) => void): void {
    const request = this.open.get(handle);
    if (request !== undefined) act(request);
  }

  private openEndpoint(id: string): void {
    // Endpoints that the scenario does not name share the first one's terms.
    const [first] = this.options.scenario.platform.endpoints as readonly [EndpointSpec, ...EndpointSpec[]];
    if (!this.stage.hasEndpoint(id)) this.stage.openEndpoint({ ...first, id, owner: undefined, limit: undefined });
  }

  private fire(kind: number, id: number): void {
    const { history } = this.platform;
    switch (kind) {
      case WorldEvent.step: {
        const step = this.steps[id] as StepSpec;
        history.record(HistoryKind.step, id, 0, 0);
        this.watcher.stepBegan(step, id);
        this.stage.perform(step);
        if ('forUs' in step && step.do !== 'crash') this.calendar.scheduleIn(step.forUs, eventKey(WorldEvent.faultOver, id));
        return;
      }
      case WorldEvent.faultOver:
        history.record(HistoryKind.faultOver, id, 0, 0);
        return;
      case WorldEvent.snapshot:
        this.past.keep(id, this.platform);
        return;
      default:
        throw new Error(`a live platform has no event of kind ${kind}`);
    }
  }
}
