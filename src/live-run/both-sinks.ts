import type { CallRecord, ClientSink } from '../measure/client-calls.js';

/** Passes on what clients tell to two listeners. */
export class BothSinks implements ClientSink {
  constructor(
    private readonly first: ClientSink,
    private readonly second: ClientSink,
  ) {}

  calls(records: readonly CallRecord[]): void {
    this.first.calls(records);
    this.second.calls(records);
  }

  dropped(traffic: Parameters<ClientSink['dropped']>[0], count: number): void {
    this.first.dropped(traffic, count);
    this.second.dropped(traffic, count);
  }

  zombiePolls(traffic: Parameters<ClientSink['zombiePolls']>[0], count: number): void {
    this.first.zombiePolls(traffic, count);
    this.second.zombiePolls(traffic, count);
  }
}
