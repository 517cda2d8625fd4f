import type { Selector } from '../../measure/thresholds.js';
import type { FlowSpec, Scenario } from '../../scenario/types.js';
import { addsUp, type LimitEffect, limitEffectOn } from '../limit-effects.js';
import type { Slo } from '../slos.js';

/** Whose requests a promise is about, where several accounts share a platform and the limit of one is asked for. */
export class WhosePromise {
  constructor(
    private readonly scenario: Pick<Scenario, 'platform' | 'workload'>,
    private readonly account: string,
  ) {}

  /** What a larger limit of the account does to it. With more slots it may take what others share with it: what eases its own promises may break theirs. */
  effectOn(slo: Slo): LimitEffect {
    const effect = limitEffectOn(slo);
    return effect === 'eases' && this.isOfAnother(slo) ? 'open' : effect;
  }

  /** Whether it names no account, and only others send what it is about. */
  isOfOthersAlone(slo: Slo): boolean {
    return slo.kind === 'threshold' && !isNamed(slo.threshold.selector) && this.isOfAnother(slo);
  }

  /** Of one of the accounts `count == 48` is not to be expected where 48 come from several. */
  isCountOfSeveral(slo: Slo): boolean {
    if (slo.kind === 'budget' || !this.hasOthers) return false;
    const { selector, operator, limit } = slo.threshold;
    if (!addsUp(selector) || isNamed(selector)) return false;
    // None of all is none of each, and at most so many of all are at most so many of each.
    if (limit === 0 || operator.startsWith('<')) return false;
    // Every account has a limit, whether it sends anything or not.
    return selector.metric === 'effective_limit' || this.flowsOf(selector).some(({ as }) => as?.account !== this.account);
  }

  private isOfAnother(slo: Slo): boolean {
    if (slo.kind === 'budget' || !this.hasOthers) return false;
    const { selector } = slo.threshold;
    const account = tagOf(selector, 'account');
    if (account !== undefined) return account !== this.account;
    const key = tagOf(selector, 'key');
    if (key?.includes('/')) return !key.startsWith(`${this.account}/`);
    const flows = this.flowsOf(selector);
    return flows.length > 0 && flows.every(({ as }) => as !== undefined && as.account !== this.account);
  }

  private get hasOthers(): boolean {
    return this.scenario.platform.accounts.length > 1;
  }

  /** Those that send, or may send, what it is about. Who sends a recording's requests the recording knows. */
  private flowsOf(selector: Selector): FlowSpec[] {
    const [endpoint, mode, key] = [tagOf(selector, 'endpoint'), tagOf(selector, 'mode'), tagOf(selector, 'key')];
    return this.scenario.workload.filter(({ as, endpoint: own, call, child }) => {
      if (key !== undefined && as !== undefined && as.key !== key) return false;
      const isChild = child !== undefined && (endpoint === undefined || child.endpoint === endpoint);
      return isChild || ((endpoint === undefined || own === undefined || own === endpoint) && (mode === undefined || call === mode));
    });
  }
}

function isNamed(selector: Selector): boolean {
  return tagOf(selector, 'account') !== undefined || tagOf(selector, 'key') !== undefined;
}

function tagOf({ tags }: Selector, name: Selector['tags'][number][0]): string | undefined {
  return tags.find(([tag]) => tag === name)?.[1];
}
