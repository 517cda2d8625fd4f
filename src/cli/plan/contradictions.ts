import { UsageError } from '../failures.js';
import type { PlanArguments } from './options.js';

/** Two things that cannot be asked for together, and what to do instead. */
interface Contradiction {
  readonly when: (given: PlanArguments) => boolean;
  /** Which two, and what to do. */
  readonly text: string | ((given: PlanArguments) => string);
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== false;

/** Flags that describe a load made of flags. */
const FLAG_LOAD = ['rate', 'service', 'service-law', 'service-cv', 'burstiness'] as const;
/** Flags that say how a trace is read. */
const TRACE_WORDS = ['arrival-column', 'service-column', 'service-unit', 'service-offset', 'by', 'where', 'endpoint-column', 'slice', 'bad-rows'] as const;
/** What only the analyses ask, which `--quick` leaves out. */
const ANALYSES = ['start-timeout-loss', 'burst', 'ghosts', 'ghost-hold', 'stuck-price'] as const;

const CONTRADICTIONS: readonly Contradiction[] = [
  {
    when: ({ scenario, trace }) => isGiven(scenario) && isGiven(trace),
    text: 'expected a scenario or --trace, got both: a scenario names its own traces; leave one of them out',
  },
  {
    when: ({ trace, rate }) => isGiven(trace) && isGiven(rate),
    text: 'expected --trace or --rate, got both: a trace has its own rate; leave --rate out',
  },
  {
    when: (given) => isGiven(given.scenario) && FLAG_LOAD.some((name) => isGiven(given[name])),
    text: (given) => {
      const [first] = FLAG_LOAD.filter((name) => isGiven(given[name]));
      return `expected a scenario or --${first}, got both: a scenario says its own load; leave --${first} out, or change the scenario with --set`;
    },
  },
  {
    when: ({ trace, burstiness }) => isGiven(trace) && isGiven(burstiness),
    text: 'expected --trace or --burstiness, got both: a trace is as bursty as it is; leave --burstiness out',
  },
  {
    when: (given) => isGiven(given.trace) && (isGiven(given['service-law']) || isGiven(given['service-cv'])),
    text: (given) => {
      const name = isGiven(given['service-law']) ? '--service-law' : '--service-cv';
      return `expected --trace or ${name}, got both: service times come from the trace, or are all the same with --service; leave ${name} out`;
    },
  },
  {
    when: (given) => isGiven(given.service) && isGiven(given['service-column']),
    text: 'expected --service or --service-column, got both: service times come from the column, or are all the same; leave one of them out',
  },
  {
    when: (given) => !isGiven(given.trace) && TRACE_WORDS.some((name) => isGiven(given[name])),
    text: (given) => {
      const [first] = TRACE_WORDS.filter((name) => isGiven(given[name]));
      return `--${first} says how a trace is read, but there is none: add --trace FILE, or leave --${first} out`;
    },
  },
  {
    when: (given) => isGiven(given['service-unit']) && !isGiven(given['service-column']),
    text: '--service-unit is the unit of a column, but there is none: add --service-column NAME, or leave --service-unit out',
  },
  {
    when: (given) => isGiven(given['service-offset']) && !isGiven(given['service-column']),
    text: '--service-offset is added to a column, but there is none: add --service-column NAME, or leave --service-offset out',
  },
  {
    when: (given) => isGiven(given['service-cv']) && [undefined, 'exponential', 'constant'].includes(given['service-law']),
    text: (given) =>
      given['service-law'] === 'constant'
        ? 'expected --service-cv with --service-law lognormal or gamma, got constant: what is constant does not vary; leave --service-cv out'
        : `expected --service-cv with --service-law lognormal or gamma, got exponential${given['service-law'] === undefined ? ' (the default)' : ''}: its coefficient of variation is always 1; leave --service-cv out, or choose another law`,
  },
  {
    when: (given) => isGiven(given.scenario) && isGiven(given['start-timeout']),
    text: 'expected a scenario or --start-timeout, got both: the calls of a scenario say themselves how long they wait; leave --start-timeout out',
  },
  {
    when: ({ workers, ...given }) => (isGiven(given.prefix) || isGiven(given['worker-wait'])) && (workers === undefined || 'threads' in workers),
    text: (given) =>
      `--${isGiven(given.prefix) ? 'prefix' : 'worker-wait'} is about workers on other machines, but there are none: add --workers redis://HOST:6379`,
  },
  {
    when: ({ variant, scenario }) => isGiven(variant) && !isGiven(scenario),
    text: '--variant chooses among the variants of a scenario, but there is none: leave --variant out',
  },
  {
    when: ({ account, scenario }) => isGiven(account) && !isGiven(scenario),
    text: '--account chooses among the accounts of a scenario, but there is none: leave --account out',
  },
  {
    when: ({ gate, limit }) => isGiven(gate) && !isGiven(limit),
    text: '--gate asks whether a limit is enough, but none was given: add --limit N',
  },
  {
    when: ({ allow, baseline }) => isGiven(allow) && !isGiven(baseline),
    text: '--allow says what may differ from a baseline, but there is none: add --baseline FILE, or leave --allow out',
  },
  {
    when: (given) => isGiven(given.quick) && ANALYSES.some((name) => isGiven(given[name])),
    text: (given) => {
      const [first] = ANALYSES.filter((name) => isGiven(given[name]));
      return `expected --quick or --${first}, got both: a quick plan has only the answer; leave one of them out`;
    },
  },
  {
    when: (given) => given.ghosts === 0 && (isGiven(given['ghost-hold']) || isGiven(given['stuck-price'])),
    text: (given) =>
      `expected --ghosts 0 or --${isGiven(given['ghost-hold']) ? 'ghost-hold' : 'stuck-price'}, got both: without ghosts nothing is held; leave one of them out`,
  },
  {
    when: ({ scenario, requests }) => isGiven(scenario) && isGiven(requests),
    text: 'expected a scenario or --requests, got both: a scenario says itself how long requests come; leave --requests out, or change it with --set',
  },
  {
    when: ({ trace, requests }) => isGiven(trace) && isGiven(requests),
    text: 'expected --trace or --requests, got both: a trace has as many requests as it has; leave --requests out, or take a part with --slice',
  },
  {
    when: ({ trace, seeds }) => isGiven(trace) && isGiven(seeds),
    text: 'expected --trace or --seeds, got both: a recorded history happens one way, so more seeds say nothing more; leave --seeds out',
  },
  {
    when: ({ json, quiet }) => json && quiet,
    text: 'expected --json or --quiet, got both: each wants standard output for itself',
  },
];

/** What the playground's line needs no more than it: one seed at one limit, of flags. */
const ONE_RUN: readonly Contradiction[] = [
  {
    when: (given) => notOfOneRun(given) !== undefined,
    text: (given) =>
      `expected --one-run without --${notOfOneRun(given) ?? ''}: it runs one setting of the playground, which has no such dial; leave one of them out`,
  },
  {
    when: ({ scenario, trace }) => isGiven(scenario) || isGiven(trace),
    text: 'expected --one-run with --rate and --service: it runs what the playground shows, not scenarios or traces; use slotstorm run for those',
  },
  { when: ({ limit }) => !isGiven(limit), text: '--one-run simulates one limit, but none was given: add --limit N' },
  {
    when: (given) => isGiven(given.gate) || isGiven(given.baseline) || isGiven(given.seeds),
    text: (given) => {
      const name = ['gate', 'baseline', 'seeds'].find((word) => isGiven(given[word as 'gate']));
      return `expected --one-run or --${name}, got both: one run decides nothing; leave one of them out`;
    },
  },
];

/** What would change nothing of the one run must not be given as if it did. */
const NOT_OF_ONE_RUN = ['set', 'tiers', 'tier-price', 'stuck-price', 'account', 'burst', 'start-timeout-loss', 'ghost-hold'] as const;

function notOfOneRun(given: PlanArguments): string | undefined {
  return NOT_OF_ONE_RUN.find((word) => isGiven(given[word]));
}

/** @throws UsageError that says which two contradict each other, and what to do */
export function refuseContradictions(given: PlanArguments): void {
  const rules = given['one-run'] === true ? [...ONE_RUN, ...CONTRADICTIONS] : CONTRADICTIONS;
  const broken = rules.find(({ when }) => when(given));
  if (broken !== undefined) throw new UsageError(typeof broken.text === 'string' ? broken.text : broken.text(given));
  refuseNothing(given);
}

/** A load must come from somewhere. */
function refuseNothing({ scenario, trace, rate, service }: PlanArguments): void {
  if (scenario !== undefined || trace !== undefined) return;
  if (rate === undefined && service === undefined)
    throw new UsageError(
      'expected a load: --rate 5/s --service 12s, a scenario file, or --trace FILE; for example: slotstorm plan --rate 5/s --service 12s --slo "p(95)<2s"',
    );
  if (rate === undefined) throw new UsageError('expected --rate beside --service: how often do requests come? Add --rate 5/s');
  if (service === undefined) throw new UsageError('expected --service beside --rate: how long is a request worked on? Add --service 12s');
}
