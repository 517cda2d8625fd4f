import { type AppId, appName } from '../../protocol/app-id.js';
import { atConcurrencyLimit, badKey, lockedAccount, noRunner, type Problem, plainProblem, queueFull, unknownApp } from '../../protocol/problem.js';
import type { LiveRequest } from '../world/live-request.js';
import type { Refusal } from '../world/live-world.js';
import { WireError } from './wire-error.js';

/** @throws WireError where the platform did not take the request */
export function accepted(outcome: LiveRequest | Refusal, app: AppId): LiveRequest {
  if ('refused' in outcome) throw WireError.of(problemOf(outcome, app));
  return outcome;
}

function problemOf({ refused, limit, reason }: Refusal, app: AppId): Problem {
  switch (refused) {
    case 'limit':
      return atConcurrencyLimit(limit ?? 0);
    case 'queue-full':
      return queueFull(reason);
    case 'no-runner':
      return noRunner(reason);
    case 'key':
      return badKey();
    case 'locked':
      return lockedAccount(reason);
    case 'too-many-endpoints':
      // The emulator knows as many apps as it can hold; one more is an app that nobody has deployed.
      return unknownApp(appName(app));
    case 'too-many-requests':
      return plainProblem(429, reason);
  }
}
