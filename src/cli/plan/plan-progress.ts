import { terminalText } from '../../report/escape.js';
import type { Outside } from '../outside.js';
import type { Progress } from '../progress.js';

/** Where nobody watches a bar, a line now and then says that something happens. */
const LINE_EVERY_MS = 10_000;

/** What a plan is doing, as a bar on a terminal and as a few lines elsewhere. */
export class PlanProgress {
  private what = 'the question';
  private share = 0;
  private lastLineMs: number;

  constructor(
    private readonly name: string,
    private readonly bar: Progress,
    private readonly outside: Pick<Outside, 'err' | 'monotonicMs'>,
    private readonly isSilent: boolean,
  ) {
    this.lastLineMs = outside.monotonicMs();
  }

  /** @param what the step that begins now */
  step(what: string): void {
    this.what = what;
    this.show('');
  }

  /** @param share of what is being simulated for this step, 0 to 1 */
  simulated(share: number, detail: string): void {
    this.share = share;
    this.show(detail);
  }

  private show(detail: string): void {
    const text = detail === '' ? this.what : `${this.what}: ${detail}`;
    this.bar.update(this.share, text);
    const { err, monotonicMs } = this.outside;
    if (this.isSilent || err.isTTY || monotonicMs.call(this.outside) - this.lastLineMs < LINE_EVERY_MS) return;
    this.lastLineMs = monotonicMs.call(this.outside);
    err.write(`slotstorm: plan ${terminalText(this.name)}: ${terminalText(text)}\n`);
  }
}
