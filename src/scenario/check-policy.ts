import { FENCE_MARGIN, type Policy } from '../core/policy.js';
import { formatDurationUs } from '../core/units.js';
import type { Complain } from './resolve-arrivals.js';
import type { ParsedScenario } from './schema.js';

type Switches = Exclude<ParsedScenario['platform']['policy'], string | undefined>;

/** Switches that mean something only for leases, by the value that does. */
const NEED_A_LEASE: Readonly<Partial<Record<keyof Switches, unknown>>> = {
  selfFence: true,
  renew: 'upsert',
  reaper: 'older-than-ttl',
  afterStoreLoss: 'deny-one-lease',
};

/** Complains about switches that were turned by hand and cannot work together. What a preset brings along is never wrong. */
export function checkPolicy(parsed: ParsedScenario['platform']['policy'], policy: Policy, complain: Complain): void {
  if (typeof parsed !== 'object') return;
  const path = ['platform', 'policy'];
  for (const [name, value] of Object.entries(NEED_A_LEASE)) {
    if (policy.lease === undefined && parsed[name as keyof Switches] === value)
      complain(
        [...path, name],
        `expected ${name}: ${value} only with leases: give lease: { ttl, renewEvery, reapEvery } as well, or leave ${name} out`,
        false,
        [
          [...path, 'lease'],
          [...path, 'preset'],
        ],
      );
  }
  const { lease, selfFence } = policy;
  if (parsed.lease !== undefined && lease !== undefined && selfFence && lease.renewEveryUs >= lease.ttlUs * (1 - FENCE_MARGIN)) {
    const fencesUs = Math.round(lease.ttlUs * (1 - FENCE_MARGIN));
    complain(
      [...path, 'lease', 'renewEvery'],
      `expected renewEvery shorter than ${formatDurationUs(fencesUs)}: with selfFence a runner stops its work when nine tenths of the ttl have passed without a renewal`,
      false,
      [
        [...path, 'lease'],
        [...path, 'selfFence'],
        [...path, 'preset'],
      ],
    );
  }
  const { redeliverAfterUs, dispatchLatencyUs } = policy;
  if (parsed.redeliverAfter !== undefined && redeliverAfterUs !== undefined && redeliverAfterUs <= dispatchLatencyUs) {
    complain(
      [...path, 'redeliverAfter'],
      `expected redeliverAfter longer than dispatchLatency (${formatDurationUs(dispatchLatencyUs)}), or every request is handed out again before its work begins`,
      false,
      [
        [...path, 'dispatchLatency'],
        [...path, 'preset'],
      ],
    );
  }
}
