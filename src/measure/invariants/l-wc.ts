import type { Endpoint } from '../../core/endpoints.js';
import { formatDurationUs } from '../../core/units.js';
import { Suspects } from '../suspects.js';
import { type AccountTrace, type Episode, type LeaseTrace, Phase, type RequestTrace, type ScopeTrace } from '../traces.js';
import { Checker } from './checker.js';
import type { Scene } from './scene.js';

/** Requests of one account that wait for one endpoint. */
interface WaitingClass {
  readonly account: AccountTrace;
  readonly endpoint: number;
  endpointScope: ScopeTrace | null;
  waiting: number;
  /** Somebody waits although there is a slot and a runner. */
  window: Window | null;
  isDirty: boolean;
}

interface Window extends Episode {
  readonly of: WaitingClass;
}

/** Told after the truth has taken an event in. Looks again at whoever an event may concern, once for each instant. */
export class WorkConservationChecker extends Checker {
  private readonly ofAccount = new Map<AccountTrace, WaitingClass[]>();
  private readonly ofEndpoint: WaitingClass[][] = [];
  /** By request number: the class in which it waits. */
  private readonly waits: (WaitingClass | undefined)[] = [];
  private readonly dirty: WaitingClass[] = [];
  private readonly suspects: Suspects<Window>;

  constructor(scene: Scene) {
    super('L-WC', scene);
    this.suspects = new Suspects(scene.truth.suspectCount);
  }

  /** Something has happened to a request. */
  touched(trace: RequestTrace): void {
    const { request, account } = trace;
    // Calls to an own app take no slot, so nothing says when they have been given a runner.
    const isWaiting = !request.exempt && trace.phase === Phase.queued && trace.leases === 0 && (trace.atLimit || trace.sleepsUntilUs <= this.scene.nowUs);
    const waited = this.waits[request.number];
    if (isWaiting !== (waited !== undefined)) {
      if (waited === undefined) this.begins(trace);
      else this.stops(request.number, waited);
    }
    this.accountTouched(account);
    this.endpointTouched(request.endpoint.number);
  }

  /** A limit has changed, or come upon the account's work at one endpoint. */
  limitSet(account: AccountTrace): void {
    const { view, truth } = this.scene;
    for (const one of this.ofAccount.get(account) ?? []) {
      const scope = view.accounts[account.number]?.endpointScope(view.endpoints[one.endpoint] as Endpoint) ?? null;
      one.endpointScope = scope === null ? null : truth.scopeAt(scope.number);
    }
    this.accountTouched(account);
  }

  private accountTouched(account: AccountTrace): void {
    const classes = this.ofAccount.get(account);
    if (classes !== undefined) for (const one of classes) this.mark(one);
  }

  endpointTouched(endpoint: number): void {
    const classes = this.ofEndpoint[endpoint];
    if (classes !== undefined) for (const one of classes) this.mark(one);
  }

  /** Work of a request has begun on a runner, or ended there. */
  begun(trace: RequestTrace, runner: number): void {
    this.scene.runners.loadChanged(trace.request.endpoint.number, runner, 1);
    this.touched(trace);
  }

  stopped(trace: RequestTrace, runner: number): void {
    this.scene.runners.loadChanged(trace.request.endpoint.number, runner, -1);
    this.touched(trace);
  }

  /** A slot was granted: a place on a runner is taken for work that is still to begin. */
  promised(lease: LeaseTrace): void {
    if (!lease.notes.isPromised) this.scene.runners.promiseChanged(lease.holder.request.endpoint.number, 1);
    lease.notes.isPromised = true;
    this.touched(lease.holder);
  }

  /** That work begins, or will not begin any more. */
  kept(lease: LeaseTrace): void {
    if (!lease.notes.isPromised) return;
    lease.notes.isPromised = false;
    const endpoint = lease.holder.request.endpoint.number;
    this.scene.runners.promiseChanged(endpoint, -1);
    this.endpointTouched(endpoint);
  }

  /** @param lastUs when something happened last @param event and what */
  timePassed(lastUs: number, event: number): void {
    if (this.dirty.length > 0) {
      for (const one of this.dirty) this.lookAt(one, lastUs, event);
      this.dirty.length = 0;
    }
    const { suspects, scene } = this;
    while (!suspects.isEmpty) {
      const window = suspects.oldest;
      if (window.of.window === window) {
        if (scene.lastedUs(window.sinceUs) <= scene.grace.wakeUs) return;
        this.accuse(window);
      }
      suspects.dropOldest();
    }
  }

  private lookAt(one: WaitingClass, sinceUs: number, event: number): void {
    one.isDirty = false;
    const isIdle = one.waiting > 0 && one.account.scope.hasRoom && (one.endpointScope?.hasRoom ?? true);
    if (!isIdle || !this.scene.runners.hasIdlePlace(one.endpoint)) {
      one.window = null;
      return;
    }
    if (one.window !== null) return;
    one.window = { of: one, sinceUs, event };
    this.suspects.add(one.window);
  }

  private accuse(window: Window): void {
    const { of, sinceUs } = window;
    const trace = this.scene.truth.requests.find((one) => this.waits[one.request.number] === of);
    if (trace === undefined) return;
    const { held, limit } = of.account.scope;
    const forUs = formatDurationUs(this.scene.nowUs - sinceUs);
    const more = of.waiting === 1 ? '' : `, with ${of.waiting - 1} more`;
    this.blame(trace, `waited for ${forUs}${more}, while ${held} of ${limit} slots were held and a runner was idle`, { since: window });
  }

  private begins(trace: RequestTrace): void {
    this.examined++;
    const one = this.classOf(trace);
    one.endpointScope = trace.endpointScope;
    one.waiting++;
    this.waits[trace.request.number] = one;
  }

  private stops(request: number, one: WaitingClass): void {
    one.waiting--;
    this.waits[request] = undefined;
  }

  private mark(one: WaitingClass): void {
    if (one.isDirty) return;
    one.isDirty = true;
    this.dirty.push(one);
  }

  private classOf({ account, request }: RequestTrace): WaitingClass {
    let classes = this.ofAccount.get(account);
    if (classes === undefined) {
      classes = [];
      this.ofAccount.set(account, classes);
    }
    const endpoint = request.endpoint.number;
    const known = classes.find((one) => one.endpoint === endpoint);
    if (known !== undefined) return known;
    const one: WaitingClass = { account, endpoint, endpointScope: null, waiting: 0, window: null, isDirty: false };
    classes.push(one);
    const others = this.ofEndpoint[endpoint] ?? [];
    others.push(one);
    this.ofEndpoint[endpoint] = others;
    return one;
  }
}
