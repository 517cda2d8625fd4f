import type { Argv } from 'yargs';
import { PRESET_NAMES } from '../../../core/policy.js';
import { UsageError } from '../../failures.js';
import { nameOf } from '../../option-values.js';
import { parseSettings } from '../../settings.js';
import { dollarsOf, durationOf, tierPricesOf, tiersOf } from '../values.js';

const group = 'Platform:';

const WAITING = ['backoff', 'fifo'] as const;

/** What serves the load, and what it costs. */
export function platformOptions<T>(command: Argv<T>) {
  return command
    .option('policy', {
      group,
      requiresArg: true,
      describe: `Whose rules: ${PRESET_NAMES.join(', ')}`,
      defaultDescription: 'fal-documented; of a scenario its own',
      offered: PRESET_NAMES,
      coerce: (value: unknown) => nameOf('--policy', value, PRESET_NAMES),
    })
    .option('waiting', {
      group,
      requiresArg: true,
      describe: 'How a slot finds the next request: backoff (it sleeps and tries again), fifo (in order of arrival)',
      defaultDescription: "the policy's own",
      offered: WAITING,
      coerce: (value: unknown) => nameOf('--waiting', value, WAITING),
    })
    .option('start-timeout', {
      group,
      requiresArg: true,
      describe: 'Requests that have not begun after this are dropped',
      defaultDescription: 'none',
      coerce: (value: unknown) => (value === undefined ? undefined : durationOf('--start-timeout', value)),
    })
    .option('variant', {
      group,
      requiresArg: true,
      describe: 'Of a scenario with several variants: which one is planned',
      coerce: (value: unknown) => (value === undefined ? undefined : oneVariant(value)),
    })
    .option('account', { group, type: 'string', requiresArg: true, describe: 'Of a scenario with several accounts: whose limit is asked for' })
    .option('set', {
      group,
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'Change the scenario, or of flags and traces the policy: path=value, for example platform.policy.dispatchLatency=100ms',
      coerce: (given: string[] | undefined) => (given === undefined ? undefined : parseSettings(given)),
    })
    .option('tiers', {
      group,
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'Limits that can be had without asking anybody: 2,10,20,40',
      defaultDescription: "the scenario's own, else illustrative ones up to 40",
      coerce: (given: string[] | undefined) => (given === undefined ? undefined : tiersOf(given)),
    })
    .option('tier-price', {
      group,
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'What a tier costs, US dollars a month: 10=50,20=250',
      defaultDescription: 'unknown',
      coerce: (given: string[] | undefined) => (given === undefined ? undefined : tierPricesOf(given)),
    })
    .option('stuck-price', {
      group,
      requiresArg: true,
      describe: 'What a second of a stuck request is charged, US dollars',
      defaultDescription: 'unknown',
      coerce: (value: unknown) => (value === undefined ? undefined : dollarsOf('--stuck-price', value)),
    });
}

/** Elsewhere it may be given several times. @throws UsageError */
function oneVariant(value: unknown): string {
  if (!Array.isArray(value)) return String(value);
  throw new UsageError(`--variant: expected one variant, for a plan has one answer, got ${value.join(', ')}; plan each by itself`);
}
