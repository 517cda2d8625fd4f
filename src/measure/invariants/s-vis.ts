import type { AccountTrace } from '../traces.js';
import { Checker } from './checker.js';
import type { Scene } from './scene.js';

export class VisibilityChecker extends Checker {
  constructor(scene: Scene) {
    super('S-VIS', scene);
  }

  /** @param shown slots in use as the account is shown @param listed slots in the list that it is shown */
  shown(account: AccountTrace, shown: number, listed: number): void {
    this.examined++;
    const { held } = account.scope;
    const name = this.scene.view.accounts[account.number]?.name ?? '';
    if (shown !== listed) this.blameNobody(`account ${name} is shown ${shown} slots in use, but a list of ${listed}`, name, LISTS);
    const off = Math.abs(shown - held);
    if (off > 0 && off > this.changedLately(account)) this.blameNobody(`account ${name} is shown ${shown} slots in use while it holds ${held}`, name, LISTS);
  }

  /** How many of its leases began or ended so recently that a view may not know it. */
  private changedLately(account: AccountTrace): number {
    const { truth, nowUs, grace } = this.scene;
    if (grace.promptUs === 0) return 0;
    const isRecent = (atUs: number): boolean => nowUs - atUs <= grace.promptUs;
    return truth.leases.filter((lease) => lease.holder?.account === account && (lease.live ? isRecent(lease.grantedUs) : isRecent(lease.notes.endedUs))).length;
  }
}

const LISTS = 'Show what admission reads, one by one: request, key and age of each slot (view: admission).';
