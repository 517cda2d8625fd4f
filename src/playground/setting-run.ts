import { RANDOM_SCHEME } from '../core/random.js';
import type { ShortRun } from '../measure/capacity/plan-result.js';
import { planExpectations } from '../measure/expectations.js';
import { loadOfSetting, scenarioOfSetting } from '../plan/load-from-setting.js';
import { PreparedRuns } from '../plan/run-point.js';
import { shortRunOf } from '../plan/scenario-of-setting.js';
import type { Setting } from '../plan/setting.js';
import { Slos } from '../plan/slos.js';
import type { PreparedVariant } from '../prepare.js';
import { RunSetup, ScenarioRun } from '../run.js';
import { resolveScenario } from '../scenario/resolve.js';
import type { ScenarioInput } from '../scenario/schema.js';
import { VERSION } from '../version.js';
import { canonicalJson } from './canonical-json.js';
import { type RunFigures, runFigures } from './figures.js';
import { parseKnownData } from './parse-known-data.js';
import { plainSetting } from './question.js';

/** A setting that is ready to run. */
export type RunnableSetting = Pick<PreparedVariant, 'scenario' | 'plan'>;

/**
 * Makes a setting runnable where there is no schema: in a browser.
 * @param slos as `--slo` takes them @throws PlanError for a setting that is no load, or for an SLO that nobody can read
 */
export function runnableSetting(setting: Setting, slos: readonly string[]): RunnableSetting {
  const resolved = resolveScenario(parseKnownData(inputOf(setting, slos) as ScenarioInput));
  if ('problems' in resolved) throw new Error(`expected a setting that can be run: ${resolved.problems.map(({ message }) => message).join('; ')}`);
  const { scenario } = resolved;
  return { scenario, plan: planExpectations(scenario.expect, { scripted: scenario.steps, drawn: [] }).plan };
}

/** The data of the scenario that a setting stands for: what plans simulate. Without SLOs nothing is judged. @throws PlanError */
export function inputOf(setting: Setting, slos: readonly string[]): unknown {
  if (slos.length === 0) return scenarioOfSetting(setting, { limit: setting.limit });
  return loadOfSetting(setting, new Slos(slos)).point({ limit: setting.limit }).input;
}

/** One run of a setting with its seed, from the first request to its figures. Advances in slices. */
export class SettingRun {
  private readonly run: ScenarioRun;

  constructor(
    private readonly setting: Setting,
    private readonly variant: RunnableSetting,
  ) {
    const { scenario, plan } = variant;
    this.run = new ScenarioRun(scenario, plan, { seed: setting.seed, variant: undefined, evidence: true, traceSource: noTraces }, new RunSetup(scenario, plan));
  }

  /** @returns whether the run is over */
  advance(maxEvents: number): boolean {
    return this.run.advance(maxEvents);
  }

  /** Share of its virtual time that has passed, 0 to 1. */
  get progress(): number {
    return this.run.progress;
  }

  /** The run must be over. */
  figures(): RunFigures {
    const { scenario } = this.variant;
    const result = this.run.result();
    const warmupUs = scenario.warmup?.kind === 'fixed' ? scenario.warmup.us : 0;
    return runFigures(result, new PreparedRuns(this.variant, noTraces).figuresOf(result), warmupUs, shortRun(this.setting));
  }

  /** What the command line prints of the run, and what the page offers: the same for the same setting and version, to the byte. */
  lineOf(figures: RunFigures): string {
    return canonicalJson({ tool: 'slotstorm', version: VERSION, randomScheme: RANDOM_SCHEME, setting: plainSetting(this.setting), figures });
  }
}

/** Where the work does not fit, no run is long enough: that is another matter. */
function shortRun(setting: Setting): ShortRun | undefined {
  const short = shortRunOf(setting, { limit: setting.limit });
  return short === undefined || Number.isFinite(short.neededMs) ? short : undefined;
}

function noTraces(): never {
  throw new Error('expected a load of flags, which replays no recording');
}
