import { formatDurationUs } from '../../core/units.js';
import type { Unleased } from '../traces.js';
import { Checker } from './checker.js';
import type { Scene } from './scene.js';

export class UnleasedChecker extends Checker {
  constructor(scene: Scene) {
    super('S-UNLEASED', scene);
  }

  /**
   * No tolerance while time passes. But where nobody is admitted after a store loss until every old lease has run out,
   * work may go on that long without: its slot is nobody else's meanwhile.
   */
  timePassed(): void {
    const { suspects } = this.scene.truth.book;
    while (!suspects.isEmpty) {
      const unleased = suspects.oldest;
      if (unleased.execution.unleased === unleased) {
        if (Math.max(unleased.sinceUs, this.scene.faults.storeDeniesUntilUs) >= this.scene.nowUs) return;
        this.accuse(unleased);
      }
      suspects.dropOldest();
    }
  }

  private accuse(unleased: Unleased): void {
    const { request, lease } = unleased.execution;
    const work = `was worked on without a slot from ${formatDurationUs(unleased.sinceUs)} on`;
    if (lease === null) this.blame(request, `${work}: its work began with a token that it did not hold`, { since: unleased, hint: STALE });
    else
      this.blame(request, `${work}: lease ${lease.number} was ${lease.notes.endedBy} while the work went on`, {
        lease,
        since: unleased,
        hint: HINTS[lease.notes.endedBy],
      });
  }
}

const STALE = 'Let the runner check the token before it begins (fence: token).';
const HINTS: Readonly<Record<string, string>> = {
  'given back': 'The slot was released before the work had stopped: release on confirmed stop, and only by its own holder.',
  'taken back': 'The lease ended under live work: renew it more often or let it live longer, and let the runner stop before it runs out (selfFence).',
  forgotten: 'The slot store lost the lease: admit nobody until every old lease has run out (afterStoreLoss: deny-one-lease).',
};
