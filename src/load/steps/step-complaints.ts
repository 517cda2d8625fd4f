import { describeStep } from '../../scenario/describe-step.js';
import type { Scenario, StepSpec } from '../../scenario/types.js';
import type { Target } from '../target/target.js';

/** Why a target cannot do what a scenario does to the platform: each a sentence that names the step. Empty: it can. */
export function stepComplaints(scenario: Pick<Scenario, 'steps' | 'faults'>, target: Target): readonly string[] {
  if (target.kind === 'own') return [];
  const complaints: string[] = [];
  if (scenario.faults !== undefined)
    complaints.push(
      'faults: they are drawn by chance and done to a platform from inside, which only an emulator that the run starts can do. Leave out --target.',
    );
  for (const [index, step] of scenario.steps.entries()) {
    const complaint = target.kind === 'slotstorm' ? complaintOfSlotstorm(step, target) : complaintOfFal(step, target);
    if (complaint !== undefined) complaints.push(`step ${index + 1} (${describeStep(step)}): ${complaint}`);
  }
  return complaints;
}

function complaintOfSlotstorm(step: StepSpec, { operator }: Target): string | undefined {
  // A burst is arrivals: the workload holds them.
  if (step.do === 'burst' || operator !== undefined) return undefined;
  return 'it needs the operator’s key. Give --operator-key id:secret, as slotstorm serve printed it.';
}

function complaintOfFal(step: StepSpec, { operator, credentials }: Target): string | undefined {
  switch (step.do) {
    case 'burst':
      return undefined;
    case 'revoke-key': {
      const name = `${step.key.account}/${step.key.key}`;
      if (operator === undefined) return 'it needs an admin key of the account. Give --operator-key id:secret.';
      if (!(credentials[name] ?? '').includes(':')) return `it needs the id of the key. Give --key ${name}=id:secret.`;
      return undefined;
    }
    case 'cancel':
      return keyFor(step, credentials) === undefined ? `it needs a key of the account ${step.account}. Give --key ${step.account}/NAME=id:secret.` : undefined;
    default:
      return 'fal’s API has no such operation. Run it against slotstorm (leave out --target, or name a slotstorm serve).';
  }
}

/** `account/key` with which an account's requests are cancelled; undefined: none is known. */
export function keyFor({ account, key }: Extract<StepSpec, { do: 'cancel' }>, credentials: Target['credentials']): string | undefined {
  if (key !== undefined) return credentials[`${account}/${key}`] === undefined ? undefined : `${account}/${key}`;
  return Object.keys(credentials).find((name) => name.startsWith(`${account}/`));
}
