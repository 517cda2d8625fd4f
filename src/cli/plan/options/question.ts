import type { Argv } from 'yargs';
import { PLAN_ALLOWABLE } from '../../../measure/capacity/compare-plans.js';
import { DEFAULT_TERMS } from '../../../plan/analysis/terms.js';
import { namesOf, pathText, wholeNumber } from '../../option-values.js';
import { DEFAULT_BASELINES } from '../../run/gate-options.js';
import { durationOf, shareOf } from '../values.js';

const group = 'Question:';

const MOST_LIMIT = 1_000_000;
const MOST_BURST = 1_000_000;
const MOST_GHOSTS = 1_000;

/** What is to be answered, and what decides the exit code. */
export function questionOptions<T>(command: Argv<T>) {
  return command
    .option('slo', {
      group,
      type: 'string',
      array: true,
      requiresArg: true,
      describe: 'What is promised: "p(95)<2s" of the wait, "time_to_result p(99)<30s", "start_timeouts < 0.1%"; several times: all of them',
      defaultDescription: "the scenario's thresholds and budgets",
    })
    .option('limit', {
      group,
      requiresArg: true,
      describe: 'The limit that there is: what it sustains, and what --gate judges',
      defaultDescription: 'the answer',
      coerce: (value: unknown) => (value === undefined ? undefined : wholeNumber('--limit', value, 1, MOST_LIMIT)),
    })
    .option('gate', { group, type: 'boolean', describe: 'Exit with 0 only if --limit meets every --slo; 99: it does not, 96: too few seeds to say' })
    .option('baseline', {
      group,
      requiresArg: true,
      describe: 'Hold the plan against this plan.json, or against the one of its name in this folder; exit code 97 for what got worse',
      defaultDescription: `none; ${DEFAULT_BASELINES} is the usual folder`,
      coerce: (value: unknown) => pathText('--baseline', value),
    })
    .option('allow', {
      group,
      type: 'string',
      array: true,
      requiresArg: true,
      describe: `With --baseline: what differs from it on purpose: ${PLAN_ALLOWABLE.join(', ')}`,
      offered: PLAN_ALLOWABLE,
      coerce: (given: string[] | undefined) => (given === undefined ? undefined : namesOf('--allow', given, PLAN_ALLOWABLE)),
    })
    .option('start-timeout-loss', {
      group,
      requiresArg: true,
      describe: 'The share of requests that the shortest start_timeout may lose',
      defaultDescription: '0.1%',
      coerce: (value: unknown) => (value === undefined ? undefined : shareOf('--start-timeout-loss', value)),
    })
    .option('burst', {
      group,
      requiresArg: true,
      describe: 'How many requests come at once, for the question how long they take',
      defaultDescription: String(DEFAULT_TERMS.burst),
      coerce: (value: unknown) => (value === undefined ? undefined : wholeNumber('--burst', value, 1, MOST_BURST)),
    })
    .option('ghosts', {
      group,
      requiresArg: true,
      describe: 'Up to how many ghost slots are asked about; 0: none',
      defaultDescription: '6',
      coerce: (value: unknown) => (value === undefined ? undefined : wholeNumber('--ghosts', value, 0, MOST_GHOSTS)),
    })
    .option('ghost-hold', {
      group,
      requiresArg: true,
      describe: 'How long ghost slots stay, for what they cost',
      defaultDescription: '30d',
      coerce: (value: unknown) => (value === undefined ? undefined : durationOf('--ghost-hold', value)),
    });
}
