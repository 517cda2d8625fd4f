import type { HistorySink, Outcome } from '../core/history.js';
import type { World } from '../live/world/world.js';
import type { CallMode, CallRecord, ClientSink } from '../measure/client-calls.js';

type Traffic = Pick<CallRecord, 'account' | 'key' | 'endpoint' | 'mode'>;
type ClientEvents = Pick<HistorySink, 'callBegan' | 'callRetried' | 'callEnded' | 'zombiePolls' | 'iterationDropped'>;

/**
 * Puts what the clients did into the history of the server that they called: then it holds what a simulated one holds, and
 * is judged by the same reader. Everything about requests and slots comes from the platform alone.
 */
export class ClientHistory implements ClientSink {
  /** Requests whose call was over when we heard of it, while they went on. */
  private readonly leftAlone = new Set<string>();

  constructor(
    private readonly world: World,
    private readonly history: ClientEvents,
  ) {}

  calls(records: readonly CallRecord[]): void {
    for (const record of records) this.add(record);
  }

  dropped(traffic: Traffic, count: number): void {
    const number = this.numberOf(traffic);
    for (let n = 0; n < count; n++) this.history.iterationDropped(number);
  }

  zombiePolls(traffic: Traffic, count: number): void {
    this.history.zombiePolls(this.numberOf(traffic), count);
  }

  /** The run is over: requests whose callers have gone are nobody's, as in a simulated run. */
  close(): void {
    for (const id of this.leftAlone) this.world.leaveAlone(id);
  }

  private add(record: CallRecord): void {
    const traffic = this.numberOf(record);
    if (record.mode === 'submit') this.addSubmit(record, traffic);
    else this.addCall(record, traffic);
  }

  /** A `submit` that was accepted is a call of its own: the platform's history holds its beginning and its end. */
  private addSubmit({ requestId, outcome, attempts }: CallRecord, traffic: number): void {
    if (requestId === undefined && outcome !== 0) this.history.callEnded(traffic, outcome, Math.max(1, attempts), 0);
  }

  private addCall(record: CallRecord, traffic: number): void {
    const { outcome, attempts, elapsedUs, requestId } = record;
    this.history.callBegan(traffic);
    for (let attempt = 1; attempt < attempts; attempt++) this.history.callRetried(traffic, attempt);
    if (outcome === 0) return;
    this.history.callEnded(traffic, outcome as Outcome, Math.max(1, attempts), Math.max(0, Math.round(elapsedUs ?? 0)));
    if (requestId !== undefined && this.isOpen(requestId)) this.leftAlone.add(requestId);
  }

  private isOpen(id: string): boolean {
    const request = this.world.find(id);
    return request !== undefined && request.state !== 'COMPLETED';
  }

  private numberOf({ mode, account, key, endpoint }: Traffic): number {
    return this.world.platformRun.trafficOf(mode satisfies CallMode, account, key, endpoint);
  }
}
