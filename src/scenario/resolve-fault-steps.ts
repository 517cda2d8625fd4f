import { formatDurationUs } from '../core/units.js';
import type { KnownNames } from './known-names.js';
import type { ScenarioPath } from './problems.js';
import type { Complain } from './resolve-arrivals.js';
import type { ParsedFaultStep } from './schema/fault-steps.js';
import type { StepSpec } from './types.js';
import { linkOf, messagesOn, partAt } from './vocabulary.js';

/** The same for steps that break something. */
export function resolveFaultStep(step: ParsedFaultStep, path: ScenarioPath, names: KnownNames, complain: Complain): StepSpec {
  const atUs = step.at;
  switch (step.do) {
    case 'crash-runner':
      return { do: step.do, atUs, ...runners(step, path, names), ...(step.silent === true && { silent: true }) };
    case 'hang-runner':
      return { do: step.do, atUs, ...runners(step, path, names) };
    case 'pause-runner':
      return { do: step.do, atUs, ...runners(step, path, names), forUs: step.for };
    case 'slow-runner':
      return { do: step.do, atUs, ...runners(step, path, names), factor: step.factor, forUs: step.for };
    case 'crash':
      return resolveCrash(step, path, complain);
    case 'cut':
      return { do: step.do, atUs, link: step.link, forUs: step.for };
    case 'disturb':
      return resolveDisturbance(step, path, complain);
    case 'drop':
    case 'duplicate':
      return { do: step.do, atUs, message: step.message, count: step.count ?? 1 };
    case 'delay':
      return { do: step.do, atUs, message: step.message, count: step.count ?? 1, byUs: step.by };
    case 'lose-store':
      if (step.age !== undefined && step.age > atUs)
        complain([...path, 'age'], `expected an age of at most ${formatDurationUs(atUs)}, for the run begins that long before the step`, false, [
          [...path, 'at'],
        ]);
      return { do: step.do, atUs, ageUs: step.age };
    case 'skew-clock':
      return { do: step.do, atUs, part: step.part, byUs: step.by };
    case 'rename-account':
    case 'delete-account':
      return { do: step.do, atUs, account: names.account(step.account, [...path, 'account']) };
    case 'disconnect': {
      const account = names.account(step.account, [...path, 'account']);
      return { do: step.do, atUs, account, key: names.keyOf(step.account, step.key, [...path, 'key']), count: countOf(step.count) };
    }
    case 'webhook-down':
      return { do: step.do, atUs, account: names.account(step.account, [...path, 'account']), forUs: step.for };
  }
}

/** Of those a step is about: all, unless it says how many. */
export function countOf(count: number | 'all' | undefined): number {
  return count === undefined || count === 'all' ? Number.POSITIVE_INFINITY : count;
}

function runners(step: { endpoint: string; count?: number | undefined }, path: ScenarioPath, names: KnownNames): { endpoint: string; count: number } {
  return { endpoint: names.endpoint(step.endpoint, [...path, 'endpoint']), count: step.count ?? 1 };
}

const DISTURBANCES = ['drop', 'duplicate', 'reorder', 'delay'];

type Parsed<Name> = Extract<ParsedFaultStep, { do: Name }>;

/** The point says which part it is; only a crash at once has to name it. */
function resolveCrash({ at, part, between, for: forUs }: Parsed<'crash'>, path: ScenarioPath, complain: Complain): StepSpec {
  const pointsAt = between === undefined ? undefined : partAt(between);
  if (pointsAt === undefined && part === undefined)
    complain(
      [...path, 'do'],
      'expected part: (gateway, dispatcher, store or keys) for a crash at once, or between: for one at a crash point, got neither',
      false,
      [
        [...path, 'part'],
        [...path, 'between'],
      ],
    );
  if (pointsAt === undefined && part === 'runner')
    complain([...path, 'part'], 'expected gateway, dispatcher, store or keys: for a runner there is the step crash-runner, which names its endpoint', false, [
      [...path, 'between'],
    ]);
  if (pointsAt !== undefined && part !== undefined && part !== pointsAt)
    complain([...path, 'part'], `expected ${pointsAt}, whose crash point ${between} is (or no part at all), got ${part}`, false, [[...path, 'between']]);
  return { do: 'crash', atUs: at, part: pointsAt ?? part ?? 'dispatcher', between, forUs };
}

function resolveDisturbance(step: Parsed<'disturb'>, path: ScenarioPath, complain: Complain): StepSpec {
  const { at, link, message, drop = 0, duplicate = 0, reorder = 0, delay = 0 } = step;
  if (message !== undefined && linkOf(message) !== link)
    complain(
      [...path, 'message'],
      `expected a message that takes the link ${link} (${messagesOn(link).join(', ')}), got ${message}, which takes ${linkOf(message)}`,
      false,
      [[...path, 'link']],
    );
  if (drop === 0 && duplicate === 0 && reorder === 0 && delay === 0)
    complain(
      [...path, 'do'],
      'expected drop, duplicate, reorder or delay above 0, or nothing is disturbed, got none',
      false,
      DISTURBANCES.map((name) => [...path, name]),
    );
  return { do: 'disturb', atUs: at, link, message, drop, duplicate, reorder, delayUs: delay, forUs: step.for };
}
