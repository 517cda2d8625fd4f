import { PRESETS, type PresetName } from '../../core/policy.js';
import { checkDeadlines } from '../../plan/deadlines.js';
import { DEFAULT_REQUESTS, loadOfSetting } from '../../plan/load-from-setting.js';
import type { PlannedLoad } from '../../plan/point.js';
import type { Setting } from '../../plan/setting.js';
import { Slos } from '../../plan/slos.js';
import { usualTiers } from '../../plan/tiers.js';
import { loadOfTrace, type TraceLoad } from '../../plan/trace/load-from-trace.js';
import { UsageError } from '../failures.js';
import { noFile } from '../no-file.js';
import type { Outside } from '../outside.js';
import { PinnedTraces } from '../trace-files.js';
import { askedScenario } from './asked-scenario.js';
import { changedLoad } from './changed-load.js';
import type { PlanArguments } from './options.js';
import { type AskedTiers, tiersAskedFor } from './tiers.js';
import { traceOptionsOf } from './trace-words.js';

export type Waiting = 'backoff' | 'fifo';

/** A load with its platform and SLOs, however it was asked for. */
export interface AskedLoad {
  readonly load: PlannedLoad;
  readonly slos: Slos;
  /** Names the plan and its folder. */
  readonly name: string;
  /** What it replays or draws from; all of it was read once. */
  readonly recordings: PinnedTraces;
  readonly policy: string;
  /** What of the policy was set otherwise. */
  readonly switches: readonly string[];
  /** undefined: neither of them. */
  readonly waiting: Waiting | undefined;
  readonly seed: number;
  /** undefined: the load's own. */
  readonly requestsPerSeed?: number | undefined;
  readonly tiers: AskedTiers;
  /** Recorded traffic can be cut into days. */
  readonly trace?: TraceLoad | undefined;
  /** What changed the load changes a part of it in the same way. */
  readonly change: (load: PlannedLoad) => PlannedLoad;
  readonly notes: readonly string[];
}

const DEFAULT_POLICY: PresetName = 'fal-documented';
const DEFAULT_CV = 0.5;
const FIRST_SEED = 1;
/** Files named without a folder lie in the current one. */
const HERE = 'plan';

/** @throws UsageError, ScenarioError, TraceError, PlanError for a load that cannot be had */
export async function askedLoad(given: PlanArguments, outside: Outside): Promise<AskedLoad> {
  const asked = await askedFor(given, outside);
  const isOwn = given.slo === undefined;
  const notes = checkDeadlines(asked.load, asked.slos, isOwn ? (given.scenario ?? '') : '--slo', isOwn);
  return { ...asked, notes: [...asked.notes, ...notes] };
}

async function askedFor(given: PlanArguments, outside: Outside): Promise<AskedLoad> {
  if (given.scenario !== undefined) return askedScenario(given.scenario, given, outside);
  const slos = new Slos(given.slo ?? []);
  return given.trace === undefined ? askedSetting(given, slos, outside) : askedTrace(given.trace, given, slos, outside);
}

function askedSetting(given: PlanArguments, slos: Slos, { files }: Outside): AskedLoad {
  const setting = settingOf(given);
  const change = (load: PlannedLoad): PlannedLoad => changedLoad(load, given.set ?? []);
  return {
    load: change(loadOfSetting(setting, slos)),
    slos,
    name: given.name ?? 'load',
    recordings: new PinnedTraces(HERE, files),
    ...platformOf(given),
    seed: setting.seed,
    requestsPerSeed: setting.requests,
    tiers: tiersAskedFor(given, usualTiers()),
    change,
    notes: ['Arrivals and service times are drawn from laws, not recorded: where you have a trace, ask with --trace.'],
  };
}

function askedTrace(file: string, given: PlanArguments, slos: Slos, outside: Outside): AskedLoad {
  if (!outside.files.isFile(file)) throw new UsageError(`--trace: expected a file of recorded requests, but ${noFile(file, outside.files)}`);
  const recordings = new PinnedTraces(HERE, outside.files);
  const trace = loadOfTrace(traceOptionsOf(file, given), slos, recordings.source);
  const base = given['start-timeout'] === undefined ? {} : { startTimeoutMs: given['start-timeout'].value };
  const change = (load: PlannedLoad): PlannedLoad => changedLoad(load, given.set ?? [], base);
  return {
    load: change(trace),
    slos,
    name: given.name ?? nameOfFile(file),
    recordings,
    ...platformOf(given),
    seed: given.seed ?? FIRST_SEED,
    tiers: tiersAskedFor(given, usualTiers()),
    trace,
    change,
    notes: [],
  };
}

/** What flags say, and what they leave out. @param given with a rate and a service time */
export function settingOf(given: PlanArguments): Setting {
  const { rate, service, burstiness = 1, limit = 1, requests = DEFAULT_REQUESTS, seed = FIRST_SEED } = given;
  if (rate === undefined || service === undefined) throw new Error('expected a load of flags');
  const law = given['service-law'] ?? 'exponential';
  const cv = law === 'constant' ? 0 : law === 'exponential' ? 1 : (given['service-cv'] ?? DEFAULT_CV);
  const { policy, waiting = 'backoff' } = platformOf(given);
  return {
    limit,
    ratePerSecond: rate.value,
    batchMean: burstiness,
    service: { law, meanMs: service.value, cv },
    // How many ghosts there may be is a question; there are none to begin with.
    ghosts: 0,
    policy,
    waiting,
    startTimeoutMs: given['start-timeout']?.value ?? Number.POSITIVE_INFINITY,
    requests,
    seed,
  };
}

function platformOf(given: PlanArguments): { readonly policy: PresetName; readonly waiting: Waiting | undefined; readonly switches: readonly string[] } {
  const policy = given.policy ?? DEFAULT_POLICY;
  const usual = PRESETS[policy].policy.waiting;
  const waiting = given.waiting ?? (usual === 'newest-first' ? undefined : usual);
  const own = (given.set ?? []).map(({ path, value }) => `${path}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return { policy, waiting, switches: [...(waiting === usual || waiting === undefined ? [] : [`waiting=${waiting}`]), ...own] };
}

const LONGEST_NAME = 60;

/** A file's name as that of a folder. */
function nameOfFile(file: string): string {
  const base = file.replace(/^.*[/\\]/, '').replace(/(\.(csv|ndjson|jsonl|json|gz|yaml|yml|ts))+$/i, '');
  const plain = base.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[^A-Za-z0-9]+/, '');
  return plain === '' ? 'trace' : plain.slice(0, LONGEST_NAME);
}
