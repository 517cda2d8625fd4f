import type { CallTerms } from './call.ts';
import { tell } from './tell.ts';
import type { Poller } from './waiting.ts';

/** The thread that the Python SDK leaves behind when a call times out: it asks for the status until the request ends. */
export class ZombiePoller implements Poller {
  nextUs: number;
  private polls = 0;

  constructor(
    private readonly terms: CallTerms,
    private readonly requestId: string,
    private readonly everyUs: number,
  ) {
    this.nextUs = terms.waiting.clock.nowUs + everyUs;
  }

  poll(): boolean {
    const { client, endpoint, waiting } = this.terms;
    this.polls++;
    const { body, status } = client.status(endpoint, this.requestId);
    const goesOn = status === 0 || body?.['status'] === 'IN_QUEUE' || body?.['status'] === 'IN_PROGRESS';
    this.nextUs = Math.max(this.nextUs + this.everyUs, waiting.clock.nowUs);
    if (!goesOn) this.stop();
    return goesOn;
  }

  stop(): void {
    if (this.polls > 0) tell('zombiePolls', this.terms.numbers, this.polls);
    this.polls = 0;
  }
}
