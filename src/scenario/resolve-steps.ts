import type { KnownNames } from './known-names.js';
import type { ScenarioPath } from './problems.js';
import type { Complain } from './resolve-arrivals.js';
import { countOf, resolveFaultStep } from './resolve-fault-steps.js';
import type { ParsedScenario } from './schema.js';
import type { StepSpec } from './types.js';

export type ParsedStep = NonNullable<ParsedScenario['steps']>[number];

/** Fills in what a step leaves out, checks whom it names and whether its parts fit together. */
export function resolveStep(step: ParsedStep, path: ScenarioPath, names: KnownNames, complain: Complain): StepSpec {
  const atUs = step.at;
  switch (step.do) {
    case 'burst':
      return { do: 'burst', atUs, count: step.count };
    case 'revoke-key':
      return { do: 'revoke-key', atUs, key: names.key(step.key, [...path, 'key']) };
    case 'set-limit':
      if (step.endpoint !== undefined) names.endpoint(step.endpoint, [...path, 'endpoint']);
      return { do: 'set-limit', atUs, account: names.account(step.account, [...path, 'account']), endpoint: step.endpoint, limit: step.limit };
    case 'invoice-paid':
      return { do: 'invoice-paid', atUs, account: names.account(step.account, [...path, 'account']), usd: step.usd };
    case 'cancel': {
      const account = names.account(step.account, [...path, 'account']);
      const key = names.keyOf(step.account, step.key, [...path, 'key']);
      return { do: 'cancel', atUs, account, key, count: countOf(step.count), state: step.state ?? 'any' };
    }
    case 'release-stuck':
      return { do: 'release-stuck', atUs, account: names.account(step.account, [...path, 'account']) };
    default:
      return resolveFaultStep(step, path, names, complain);
  }
}
