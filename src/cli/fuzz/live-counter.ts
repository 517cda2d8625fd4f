import type { CampaignState } from '../../fuzz/campaign.js';
import type { FuzzBudget } from '../../fuzz/seed-queue.js';
import type { Output } from '../outside.js';

const ON_TERMINAL_MS = 100;
const IN_LOG_MS = 10_000;

/** How far a campaign is: one line that changes on a terminal, a line now and then in a log. */
export class LiveCounter {
  private shownMs = 0;
  private isOpen = false;

  constructor(
    private readonly output: Output,
    private readonly budget: FuzzBudget,
    private readonly monotonicMs: () => number,
  ) {
    this.shownMs = monotonicMs();
  }

  show(state: CampaignState): void {
    const nowMs = this.monotonicMs();
    if (nowMs - this.shownMs < (this.output.isTTY ? ON_TERMINAL_MS : IN_LOG_MS)) return;
    this.shownMs = nowMs;
    const line = this.line(state);
    if (!this.output.isTTY) {
      this.output.write(`${line}\n`);
      return;
    }
    this.output.write(`\r\u001b[2K${line.slice(0, Math.max(20, this.output.columns - 1))}`);
    this.isOpen = true;
  }

  /** Leaves a clean line behind. */
  close(): void {
    if (this.isOpen) this.output.write('\r\u001b[2K');
    this.isOpen = false;
  }

  private line({ doing, runs, failures, distinct, ms }: CampaignState): string {
    const perSecond = Math.round((runs * 1_000) / Math.max(1, ms));
    const bound = Number.isFinite(this.budget.runs) ? ` of ${whole(this.budget.runs)}` : '';
    const time = Number.isFinite(this.budget.ms) ? `${Math.round(ms / 1_000)} of ${Math.round(this.budget.ms / 1_000)} s` : `${Math.round(ms / 1_000)} s`;
    const found = failures === 0 ? 'no failure' : `${whole(failures)} failed in ${distinct} ${distinct === 1 ? 'way' : 'ways'}`;
    return `fuzz: ${doing}, ${whole(runs)}${bound} runs, ${whole(perSecond)} runs/s, ${found}, ${time}`;
  }
}

export function whole(count: number): string {
  return count.toLocaleString('en-US');
}
