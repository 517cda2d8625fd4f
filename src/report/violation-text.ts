import type { Violation } from '../measure/invariants/checker.js';
import { INVARIANTS } from '../measure/invariants/registry.js';
import type { InvariantVerdict } from '../measure/result.js';

/** What broke a law: `req-3 gave back a slot that was not held`. Some violations are no request's. */
export function violationText({ request, message }: Violation): string {
  return request === '' ? message : `${request} ${message}`;
}

/** Slots and other requests concerned: `leases 3, 5; req-4`. */
export function concernsText({ leases = [], others = [] }: Violation): string {
  const parts = [
    ...(leases.length > 0 ? [`${leases.length === 1 ? 'lease' : 'leases'} ${leases.join(', ')}`] : []),
    ...(others.length > 0 ? [others.join(', ')] : []),
  ];
  return parts.join('; ');
}

/** What to do: about the first violation, where more is known of it, and about the law in general. */
export function remedyText({ id, examples }: InvariantVerdict): string {
  const remedy = INVARIANTS[id]?.remedy ?? '';
  const hint = examples.find((example) => example.hint != null)?.hint;
  return hint == null ? remedy : `${hint} ${remedy}`;
}

/** Why a law that should have been broken was not. */
export function notBrokenText({ state, reason }: InvariantVerdict): string {
  if (state === 'idle') return 'there was nothing to examine';
  return state === 'not-promised' ? `${reason ?? 'the policy does not promise it'}: add the promise to platform.policy.promises` : `it was ${state}`;
}
