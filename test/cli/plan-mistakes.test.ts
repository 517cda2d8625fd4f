import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { slotstorm } from './memory-outside.js';

const FOLDER = mkdtempSync(join(tmpdir(), 'slotstorm-test-'));
afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

const FLAGS = ['--rate', '5/s', '--service', '12s', '--slo', 'p(95)<2s'];
const TRACE = join(FOLDER, 'requests.csv');
const UNTIMED = join(FOLDER, 'untimed.csv');
const SCENARIO = join(FOLDER, 'story.yaml');
const TWO_ACCOUNTS = join(FOLDER, 'two.yaml');
const RUBBISH = join(FOLDER, 'rubbish.json');
const VARIANTS = join(FOLDER, 'variants.yaml');

writeFileSync(TRACE, 'at,seconds\n0,5\n1,5\n2,5\n');
writeFileSync(UNTIMED, 'at,tenant\n0,a\n1,b\n');
writeFileSync(RUBBISH, '{"runs": []}');
const STORY = `platform:
  endpoints: [{ id: e, service: 1s }]
  accounts: [ACCOUNTS]
workload:
  - { as: a/k, endpoint: e, call: submit, arrivals: { poisson: 1/s, to: 5m } }
`;
writeFileSync(SCENARIO, `name: story\n${STORY.replace('ACCOUNTS', '{ id: a, limit: 2, keys: [k] }')}`);
writeFileSync(TWO_ACCOUNTS, `name: two\n${STORY.replace('ACCOUNTS', '{ id: a, limit: 2, keys: [k] }, { id: b, limit: 2, keys: [k] }')}`);

writeFileSync(
  VARIANTS,
  `name: story\n${STORY.replace('ACCOUNTS', '{ id: a, limit: 2, keys: [k] }')}variants: [{ name: backoff }, { name: fifo, set: { platform.policy: reference } }]\n`,
);

/** What is wrong with values: yargs adds where the help is. */
const VALUES: readonly (readonly [argv: readonly string[], message: string])[] = [
  [['--rate', 'fast', '--service', '12s'], '--rate: expected a rate above 0 and up to 100000/s such as 5/s, 300/m or 2/h, got "fast"'],
  [['--rate', '0/s', '--service', '12s'], '--rate: expected a rate above 0 and up to 100000/s such as 5/s, 300/m or 2/h, got "0/s"'],
  [['--rate=-5/s', '--service', '12s'], '--rate: expected a rate above 0 and up to 100000/s such as 5/s, 300/m or 2/h, got "-5/s"'],
  [['--rate', '5/s', '--service', '12'], '--service: expected a duration such as 500ms, 12s or 1m30s, longer than 0, got 12'],
  [[...FLAGS, '--service-law', 'normal'], '--service-law: expected exponential, constant, lognormal, gamma, got "normal"'],
  [[...FLAGS, '--service-law', 'gamma', '--service-cv', '0'], '--service-cv: expected a number from 0.01 up to 20, got 0'],
  [[...FLAGS, '--burstiness', '0.5'], '--burstiness: expected a number from 1 up to 10000, got 0.5'],
  [[...FLAGS, '--policy', 'fal'], '--policy: expected fal-documented, fal-939, nexaapi-claims, reference, got "fal"'],
  [[...FLAGS, '--waiting', 'lifo'], '--waiting: expected backoff, fifo, got "lifo"'],
  [[...FLAGS, '--tiers', '2,zwei'], '--tiers: expected limits from 1 up such as 2,10,20,40, got "2,zwei"'],
  [[...FLAGS, '--tier-price', '10'], '--tier-price: expected limit=dollars a month such as 10=50,20=250, got "10"'],
  [[...FLAGS, '--tier-price', '10=50,10=60'], '--tier-price: expected one price for each tier, got two for 10'],
  [[...FLAGS, '--stuck-price', 'much'], '--stuck-price: expected an amount in US dollars such as 0.001, got "much"'],
  [
    [VARIANTS, '--variant', 'fifo', '--variant', 'backoff'],
    '--variant: expected one variant, for a plan has one answer, got fifo, backoff; plan each by itself',
  ],
  [[...FLAGS, '--limit', '0'], '--limit: expected a whole number from 1 up to 1000000, got 0'],
  [[...FLAGS, '--seeds', '1'], '--seeds: expected a whole number from 2 up to 4096, got 1'],
  [[...FLAGS, '--requests', '10'], '--requests: expected a whole number from 100 up to 10000000, got 10'],
  [[...FLAGS, '--start-timeout-loss', '100%'], '--start-timeout-loss: expected a share above 0% and below 100% such as 0.1%, got "100%"'],
  [[...FLAGS, '--workers', 'many'], '--workers: expected a number of threads from 1 up to 1024, or an address such as redis://localhost:6379, got "many"'],
  [
    [...FLAGS, '--workers', 'http://user:secret@host'],
    '--workers: expected a number of threads from 1 up to 1024, or an address such as redis://localhost:6379, got an address of "http"',
  ],
  [[...FLAGS, '--name', '../up'], '--name: expected letters, digits, dots, dashes and underscores, 80 at most, got "../up"'],
  [[...FLAGS, '--reporter', 'pdf'], '--reporter: expected terminal, html, json, junit, markdown, csv, png, github, none, got "pdf"'],
  [[...FLAGS, '--allow', 'slos', '--baseline', '.'], '--allow: expected load, platform, got "slos"'],
];

/** Two things that cannot be asked for together, or one that needs another. */
const CONTRADICTIONS: readonly (readonly [argv: readonly string[], message: string])[] = [
  [[], 'expected a load: --rate 5/s --service 12s, a scenario file, or --trace FILE; for example: slotstorm plan --rate 5/s --service 12s --slo "p(95)<2s"'],
  [['--rate', '5/s'], 'expected --service beside --rate: how long is a request worked on? Add --service 12s'],
  [['--service', '5s'], 'expected --rate beside --service: how often do requests come? Add --rate 5/s'],
  [[SCENARIO, '--trace', TRACE], 'expected a scenario or --trace, got both: a scenario names its own traces; leave one of them out'],
  [['--trace', TRACE, '--rate', '5/s'], 'expected --trace or --rate, got both: a trace has its own rate; leave --rate out'],
  [[SCENARIO, '--rate', '5/s'], 'expected a scenario or --rate, got both: a scenario says its own load; leave --rate out, or change the scenario with --set'],
  [['--trace', TRACE, '--burstiness', '2'], 'expected --trace or --burstiness, got both: a trace is as bursty as it is; leave --burstiness out'],
  [
    ['--trace', TRACE, '--service-law', 'gamma'],
    'expected --trace or --service-law, got both: service times come from the trace, or are all the same with --service; leave --service-law out',
  ],
  [
    ['--trace', TRACE, '--service', '1s', '--service-column', 'seconds'],
    'expected --service or --service-column, got both: service times come from the column, or are all the same; leave one of them out',
  ],
  [[...FLAGS, '--by', 'tenant'], '--by says how a trace is read, but there is none: add --trace FILE, or leave --by out'],
  [
    ['--trace', TRACE, '--service-unit', '20ms'],
    '--service-unit is the unit of a column, but there is none: add --service-column NAME, or leave --service-unit out',
  ],
  [
    ['--trace', TRACE, '--service-offset', '20ms'],
    '--service-offset is added to a column, but there is none: add --service-column NAME, or leave --service-offset out',
  ],
  [
    [...FLAGS, '--service-cv', '0.5'],
    'expected --service-cv with --service-law lognormal or gamma, got exponential (the default): its coefficient of variation is always 1; leave --service-cv out, or choose another law',
  ],
  [
    [...FLAGS, '--service-cv', '0.5', '--service-law', 'constant'],
    'expected --service-cv with --service-law lognormal or gamma, got constant: what is constant does not vary; leave --service-cv out',
  ],
  [
    [SCENARIO, '--start-timeout', '5s'],
    'expected a scenario or --start-timeout, got both: the calls of a scenario say themselves how long they wait; leave --start-timeout out',
  ],
  [[...FLAGS, '--variant', 'fifo'], '--variant chooses among the variants of a scenario, but there is none: leave --variant out'],
  [[...FLAGS, '--account', 'a'], '--account chooses among the accounts of a scenario, but there is none: leave --account out'],
  [[...FLAGS, '--gate'], '--gate asks whether a limit is enough, but none was given: add --limit N'],
  [[...FLAGS, '--allow', 'load'], '--allow says what may differ from a baseline, but there is none: add --baseline FILE, or leave --allow out'],
  [[...FLAGS, '--quick', '--burst', '5'], 'expected --quick or --burst, got both: a quick plan has only the answer; leave one of them out'],
  [[...FLAGS, '--ghosts', '0', '--ghost-hold', '1d'], 'expected --ghosts 0 or --ghost-hold, got both: without ghosts nothing is held; leave one of them out'],
  [
    ['--trace', TRACE, '--requests', '500'],
    'expected --trace or --requests, got both: a trace has as many requests as it has; leave --requests out, or take a part with --slice',
  ],
  [
    ['--trace', TRACE, '--seeds', '8'],
    'expected --trace or --seeds, got both: a recorded history happens one way, so more seeds say nothing more; leave --seeds out',
  ],
  [
    [SCENARIO, '--requests', '500'],
    'expected a scenario or --requests, got both: a scenario says itself how long requests come; leave --requests out, or change it with --set',
  ],
  [[...FLAGS, '--json', '--quiet'], 'expected --json or --quiet, got both: each wants standard output for itself'],
  [[...FLAGS, '--prefix', 'mine'], '--prefix is about workers on other machines, but there are none: add --workers redis://HOST:6379'],
  [[...FLAGS, '--one-run'], '--one-run simulates one limit, but none was given: add --limit N'],
  [
    [...FLAGS, '--one-run', '--limit', '5', '--set', 'platform.policy.dispatchLatency=5s'],
    'expected --one-run without --set: it runs one setting of the playground, which has no such dial; leave one of them out',
  ],
  [[...FLAGS, '--one-run', '--limit', '5', '--gate'], 'expected --one-run or --gate, got both: one run decides nothing; leave one of them out'],
  [
    [SCENARIO, '--one-run', '--limit', '5'],
    'expected --one-run with --rate and --service: it runs what the playground shows, not scenarios or traces; use slotstorm run for those',
  ],
];

/** What is found when the load, the SLOs and the files are looked at. */
const LOADS: readonly (readonly [argv: readonly string[], message: string])[] = [
  [['--rate', '5/s', '--service', '12s'], "expected an SLO, got none; give one such as --slo 'p(95)<2s'"],
  [
    ['--rate', '5/s', '--service', '12s', '--slo', 'p95<2s'],
    '--slo "p95<2s": expected "aggregation operator number" such as "avg < 5"; a percentile is written p(95)',
  ],
  [['--rate', '5/s', '--service', '12s', '--slo', 'waiting p(95)<2s'], '--slo "waiting p(95)<2s": unknown metric "waiting"'],
  [['--rate', '5/s', '--service', '12s', '--slo', 'p(95)<2'], '--slo "p(95)<2": 2 has no unit: write 2s or 2ms'],
  [
    ['--rate', '5/s', '--service', '12s', '--slo', 'p(95)>2s'],
    '--slo "p(95)>2s": expected the promise that a time is shorter, got that it is longer; did you mean "p(95)<2s"?',
  ],
  [['--rate', '5/s', '--service', '12s', '--slo', 'p(95)<2x'], '--slo "p(95)<2x": '],
  [
    [...FLAGS, '--slo', 'start_timeouts < 0.1%'],
    '--slo "start_timeouts < 0.1%": expected requests with a start_timeout, but none has one, so that every limit keeps this promise; give --start-timeout 30s',
  ],
  [[...FLAGS, '--slo', 'p(95)<2s'], 'expected every SLO once, but "queue_latency p(95)<2s" was given twice'],
  [[...FLAGS, '--slo', 'start_timeouts < 200%'], '--slo "start_timeouts < 200%": expected a share such as 0.1%, got "200%"'],
  [[...FLAGS, '--tier-price', '15=5'], '--tier-price: expected the price of a tier (2, 10, 20, 40), got one of 15; add it with --tiers'],
  [
    [...FLAGS, '--set', 'platform.accounts.app.limit=5'],
    '--set: expected a switch of the policy such as platform.policy.dispatchLatency=100ms, got "platform.accounts.app.limit": flags and traces say the rest themselves; write a scenario for more',
  ],
  [[...FLAGS, '--set', 'platform.policy.nothing=1'], 'the planned load: platform.policy.nothing: unknown key "nothing"; known here: preset'],
  [[...FLAGS, '--baseline', 'nowhere'], '--baseline: expected a plan.json or a folder of baselines, but "nowhere" does not exist'],
  [[...FLAGS, '--baseline', RUBBISH], `${RUBBISH}: expected plan.json of slotstorm plan, got something else`],
  [['--trace', 'nowhere.csv', '--slo', 'p(95)<2s'], '--trace: expected a file of recorded requests, but there is no file "nowhere.csv"'],
  [['--trace', TRACE, '--slo', 'p(95)<2s'], `trace ${TRACE}: expected the column with the arrival times (--arrival-column), got none; the file has`],
  [
    ['--trace', UNTIMED, '--arrival-column', 'at', '--slo', 'p(95)<2s'],
    `trace ${UNTIMED}: expected service times, got none: without them nobody can say how many slots are needed`,
  ],
  [
    ['--trace', TRACE, '--arrival-column', 'at', '--service-column', 'seconds', '--slo', 'p(95)<2s', '--where', 'status'],
    '--where: expected column=value such as predict_status=SUCCEED, got "status"',
  ],
  [
    ['--trace', TRACE, '--arrival-column', 'at', '--service-column', 'seconds', '--slo', 'p(95)<2s', '--slice', '6h..0s'],
    '--slice: expected a part of the trace from its first row on, such as 0s..6h, got "6h..0s"',
  ],
  [['nowhere.yaml', '--slo', 'p(95)<2s'], 'expected to read the scenario "nowhere.yaml"'],
  [[SCENARIO], `${SCENARIO}: expected an SLO: give one such as --slo 'p(95)<2s', or thresholds under expect in the scenario`],
  [[VARIANTS, '--slo', 'p(95)<2s'], `${VARIANTS}: expected --variant, for the scenario has 2: backoff, fifo`],
  [[VARIANTS, '--slo', 'p(95)<2s', '--variant', 'fito'], '--variant: expected backoff, fifo, got "fito"; did you mean "fifo"?'],
  [[SCENARIO, '--slo', 'p(95)<2s', '--variant', 'fifo'], `--variant: ${SCENARIO} has no variants, got "fifo"`],
  [[TWO_ACCOUNTS, '--slo', 'p(95)<2s'], `${TWO_ACCOUNTS}: expected --account, for the scenario has 2: a, b`],
  [[TWO_ACCOUNTS, '--slo', 'p(95)<2s', '--account', 'c'], `${TWO_ACCOUNTS}: expected --account to be one of a, b, got "c"`],
];

const HELP = '\nRun slotstorm plan --help for what it takes.\n';

async function mistake(argv: readonly string[]): Promise<string> {
  const out = join(FOLDER, 'reports');
  const ran = await slotstorm(['plan', ...argv, '--out', out]);
  expect(ran.code).toBe(104);
  expect(ran.out).toBe('');
  expect(ran.err).not.toMatch(/ {4}at |secret/);
  return ran.err;
}

describe('a mistake of plan is named, with what came and what to do', () => {
  it.each(VALUES)('%j', async (argv, message) => {
    expect(await mistake(argv)).toBe(`slotstorm: ${message}${HELP}`);
  });

  it.each(CONTRADICTIONS)('%j', async (argv, message) => {
    expect(await mistake(argv)).toBe(`slotstorm: ${message}\n`);
  });

  it.each(LOADS)('%j', async (argv, message) => {
    expect(await mistake(argv)).toContain(`slotstorm: ${message}`);
  });

  it('is told from a typing error', async () => {
    expect(await mistake([...FLAGS, '--limt', '5'])).toContain('Unknown argument: limt');
  });
});
