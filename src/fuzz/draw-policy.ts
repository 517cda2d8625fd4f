import { type Policy, PRESETS } from '../core/policy.js';
import { US_PER_MS, US_PER_SECOND } from '../core/time.js';
import { durationText } from '../scenario/duration-text.js';
import { resolvePolicy } from '../scenario/resolve-policy.js';
import { policy as policySchema } from '../scenario/schema/policy.js';
import type { ScenarioInput } from '../scenario/schema.js';
import { applySettings } from '../scenario/set-path.js';
import type { FuzzBounds } from './bounds.js';
import type { Choices } from './choices.js';

export type PolicyInput = Exclude<NonNullable<ScenarioInput['platform']['policy']>, string>;

const POLICY_PATH = ['platform', 'policy'];

/** Draws the times of a policy; its switches stay what the preset and the settings say. */
export class PolicyDraws {
  /** The preset with the settings: which of its times matter. */
  private readonly policy: Policy;
  /** Switches that a setting names: nothing is drawn for them. */
  private readonly fixed: ReadonlySet<string>;

  constructor(private readonly bounds: FuzzBounds) {
    const own = bounds.settings.filter(({ path }) => path.split('.').slice(0, 2).join('.') === POLICY_PATH.join('.'));
    this.fixed = new Set(own.map(({ path }) => path.split('.')[2] ?? ''));
    const { data } = applySettings({ platform: { policy: { preset: bounds.policy } } }, own);
    const parsed = policySchema.safeParse((data as ScenarioInput).platform.policy);
    // What is wrong with a setting is said when the first story is checked as a whole.
    this.policy = parsed.success ? resolvePolicy(parsed.data) : PRESETS[bounds.policy].policy;
  }

  draw(choices: Choices): PolicyInput {
    const drawn: PolicyInput = { preset: this.bounds.policy };
    // A setting that replaces the whole policy leaves nothing to draw.
    if (this.fixed.has('')) return drawn;
    const wanted = { ...this.holding(choices), ...this.latencies(choices), ...this.repetitions(choices), ...this.accounting(choices) };
    for (const [name, value] of Object.entries(wanted)) if (value !== undefined && !this.fixed.has(name)) Object.assign(drawn, { [name]: value });
    return drawn;
  }

  private holding(choices: Choices): PolicyInput {
    const ttlS = choices.whole(2, 30);
    const renewals = choices.oneOf([3, 3, 4, 5]);
    const reapS = choices.oneOf([1, 2, 5]);
    const hold = choices.oneOf(['30s', '1m', '2m', '5m']);
    const { lease, maxHoldUs } = this.policy;
    return {
      lease: lease && { ttl: `${ttlS}s`, renewEvery: durationText(Math.floor((ttlS * 10) / renewals) * 100 * US_PER_MS), reapEvery: `${reapS}s` },
      maxHold: maxHoldUs === undefined ? undefined : hold,
    };
  }

  private latencies(choices: Choices): PolicyInput {
    return {
      dispatchLatency: choices.oneOf([undefined, undefined, '50ms', '100ms', '200ms']),
      stopDelay: choices.oneOf(['0s', '200ms', '1s', '3s']),
      releaseLatency: choices.oneOf([undefined, undefined, '100ms', '500ms']),
      keyCache: choices.oneOf([undefined, undefined, undefined, '1s', '2s']),
    };
  }

  private repetitions(choices: Choices): PolicyInput {
    const { resendEveryUs, wakeEveryUs, redeliverAfterUs, waiting } = this.policy;
    const resendEvery = choices.oneOf(['500ms', '1s', '2s']);
    const wakeEvery = choices.oneOf(['500ms', '1s', '2s', '5s']);
    const redeliverAfter = durationText(choices.whole(2, 30) * US_PER_SECOND);
    const requeueBackoff = { base: choices.oneOf(['200ms', '1s']), cap: choices.oneOf(['2s', '5s', '10s']) };
    return {
      resendEvery: resendEveryUs === undefined ? undefined : resendEvery,
      wakeEvery: wakeEveryUs === undefined ? undefined : wakeEvery,
      redeliverAfter: redeliverAfterUs === undefined ? undefined : redeliverAfter,
      requeueBackoff: waiting === 'backoff' ? requeueBackoff : undefined,
      retryBackoff: { base: choices.oneOf(['200ms', '500ms', '1s']), cap: choices.oneOf(['1s', '2s', '5s']) },
      maxAttempts: choices.oneOf([undefined, undefined, 2, 3, 5]),
    };
  }

  private accounting(choices: Choices): PolicyInput {
    const { acquire, accounting, reconcile } = this.policy;
    const checkGap = choices.oneOf(['20ms', '100ms', '500ms']);
    const accountingWindow = durationText(choices.whole(3, 20) * US_PER_SECOND);
    const reconcileEvery = durationText(choices.whole(1, 20) * US_PER_SECOND);
    return {
      checkGap: acquire === 'check-then-act' ? checkGap : undefined,
      accountingWindow: accounting === 'window-counter' ? accountingWindow : undefined,
      reconcileEvery: reconcile === 'none' ? undefined : reconcileEvery,
    };
  }
}
