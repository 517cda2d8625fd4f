import type { Account, ApiKey } from '../../core/accounts.js';
import { EventCalendar } from '../../core/calendar.js';
import type { Endpoint } from '../../core/endpoints.js';
import { Rejected } from '../../core/errors.js';
import { eventKey, FIRST_OF_WORLD, idOf, kindOf } from '../../core/event-keys.js';
import { History, HistoryKind, type Outcome } from '../../core/history.js';
import type { LimiterSource } from '../../core/own-limiter-terms.js';
import type { Caller } from '../../core/parts.js';
import { Platform } from '../../core/platform.js';
import { NONE, type Request } from '../../core/requests.js';
import { BothReaders } from '../../history/both-readers.js';
import { stepEndUs } from '../../scenario/planned-end.js';
import type { Call, EndpointSpec, Scenario, StepSpec } from '../../scenario/types.js';
import { drawFaultSteps } from '../../sim/faults/draw-faults.js';
import { Laws } from '../../sim/laws.js';
import type { RunSink } from '../../sim/simulation.js';
import { isFault, Stage } from '../../sim/stage.js';
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
  /** A run with an end, whose steps somebody else performs; undefined: it goes on, and performs them itself. */
  readonly run?: JudgedRun | undefined;
}

/** A run from beginning to end, so that its history can be judged like a simulated one. Virtual µs. */
export interface JudgedRun {
  /** No new load comes after this, and recovery begins. */
  readonly loadEndUs: number;
  /** Nothing happens after this. */
  readonly endUs: number;
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
  private hasEnded = false;

  constructor(
    private readonly options: LivePlatformOptions,
    private readonly watcher: PlatformWatcher,
  ) {
    const { scenario, seed, startUs, timeOfDayUs, limiter, reader, traceSource, run } = options;
    const scriptedEndUs = Math.max(0, ...scenario.steps.map((step) => stepEndUs(step)));
    this.steps = scenario.faults === undefined ? scenario.steps : [...scenario.steps, ...drawFaultSteps(scenario, seed, scriptedEndUs)];
    this.past = new StorePast(this.steps);
    this.calendar.advanceTo(startUs);
    const sink = reader === undefined ? watcher : new BothReaders(reader, watcher);
    const history = new History(this.calendar, sink);
    const { policy, tiers } = scenario.platform;
    // Whoever runs the emulator may break anything at any time; a run does what its scenario says.
    const expectsFaults = run === undefined || this.steps.some((step) => isFault(step));
    this.platform = new Platform(this.calendar, history, { policy, tiers, seed, expectsFaults, timeOfDayUs, limiter }, this);
    sink.attach({ platform: this.platform, traffic: this.traffic, endUs: run?.endUs ?? Number.MAX_SAFE_INTEGER, steps: this.steps });
    this.stage = new Stage(scenario.platform, this.platform, seed, new Laws(), traceSource, this.past);
    this.stage.open();
    for (const [index, atUs] of this.past.instantsUs.entries()) if (atUs >= startUs) this.calendar.schedule(atUs, eventKey(WorldEvent.snapshot, index));
    if (run === undefined) this.planSteps();
    else this.planEnd(run);
  }

  private planSteps(): void {
    const { startUs } = this.options;
    // What was done before the platform was opened again is not done twice.
    const doneUs = this.options.stepsDoneUs ?? startUs;
    for (const [index, step] of this.steps.entries()) {
      const isMissed = step.atUs < startUs && step.atUs >= doneUs && LASTING.has(step.do);
      if (step.atUs >= startUs || isMissed) this.calendar.schedule(Math.max(startUs, step.atUs), eventKey(WorldEvent.step, index));
    }
  }

  private planEnd({ loadEndUs, endUs }: JudgedRun): void {
    this.calendar.schedule(loadEndUs, eventKey(WorldEvent.recovery, 0));
    // One tick later than the last instant that counts, so that everything of that instant still happens.
    this.calendar.schedule(endUs + 1, eventKey(WorldEvent.end, 0));
  }

  /** Whether the run is over: then nothing happens any more. */
  get isOver(): boolean {
    return this.hasEnded;
  }

  get nowUs(): number {
    return this.calendar.nowUs;
  }

  get hash(): string {
    return this.platform.history.hash;
  }

  /** When the next thing happens by itself, µs; Infinity: never. */
  get nextUs(): number {
    return this.hasEnded ? Number.POSITIVE_INFINITY : this.calendar.peekTimeUs();
  }

  /** Lets everything happen that is due until then, and then it is that time. */
  advanceTo(atUs: number): void {
    const { calendar, platform } = this;
    while (!this.hasEnded && calendar.peekTimeUs() <= atUs) {
      const key = calendar.pop();
      if (kindOf(key) < FIRST_OF_WORLD) platform.fire(key);
      else this.fire(kindOf(key), idOf(key));
    }
    if (!this.hasEnded) calendar.advanceTo(atUs);
  }

  /** @returns why a request was refused; 0 for whatever was done */
  apply(input: LiveInput): Rejected | 0 {
    const { platform, stage } = this;
    // Whoever still comes finds nobody: the history is closed.
    if (this.hasEnded) return input.op === 'submit' || input.op === 'call' ? Rejected.noRunner : 0;
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
      case 'scripted-step':
        this.performScripted(input.index);
        return 0;
      default:
        this.administer(input, stage);
        return 0;
    }
  }

  requestOf(handle: number): Request | undefined {
    return this.open.get(handle);
  }

  /** The run is over, and nobody waits for this request any more. */
  leaveAlone(handle: number): void {
    const request = this.open.get(handle);
    if (request !== undefined) request.owner = NONE;
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
      SubmitInput | { op: 'cancel' | 'disconnect' | 'finish' | 'open-key' | 'revoke-key' | 'restore-revoked' | 'open-endpoint' | 'step' | 'scripted-step' }
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
      traffic: this.trafficOf(input.call?.mode ?? (input.op === 'call' ? 'run' : 'submit'), account.name, key.name, endpoint.name),
      owner: input.handle,
      serviceUs: input.serviceUs ?? Number.POSITIVE_INFINITY,
      end: input.end,
      // Nobody calls later than now.
      calledUs: Math.min(input.call?.calledUs ?? Number.POSITIVE_INFINITY, this.calendar.nowUs),
      startTimeoutUs: input.startTimeoutUs ?? Number.POSITIVE_INFINITY,
      isRepeat: input.call?.isRepeat ?? false,
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

  /** What the number of a class of traffic stands for, or its number from now on. */
  trafficOf(call: Call, account: string, key: string, endpoint: string): number {
    return this.traffic.numberOf({ call }, account, key, endpoint);
  }

  private performScripted(index: number): void {
    const step = this.steps[index] as StepSpec;
    this.platform.history.record(HistoryKind.step, index, 0, 0);
    this.watcher.stepBegan(step, index);
    this.stage.perform(step);
    // What a crash between two steps makes, the platform itself tells the end of.
    if ('forUs' in step && step.do !== 'crash') this.calendar.scheduleIn(step.forUs, eventKey(WorldEvent.faultOver, index));
  }

  private recover(): void {
    this.platform.history.record(HistoryKind.recovery, 0, 0, 0);
    // What a script has prepared strikes whenever its moment comes; what chance has prepared is over with the load.
    if (this.options.scenario.faults !== undefined) this.platform.faults.disarm();
    this.platform.showUsage();
  }

  private end(): void {
    this.calendar.nowUs = this.options.run?.endUs ?? this.calendar.nowUs;
    this.platform.limiter.finish();
    this.platform.showUsage();
    this.hasEnded = true;
  }

  private fire(kind: number, id: number): void {
    const { history } = this.platform;
    switch (kind) {
      case WorldEvent.step:
        this.performScripted(id);
        return;
      case WorldEvent.recovery:
        this.recover();
        return;
      case WorldEvent.end:
        this.end();
        return;
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
