/** What a library user may import. */
export type { LimiterFactory, LimiterTerms, SlotAsk, SlotLimiter, Token } from './core/own-limiter-terms.js';
export { type Policy, PRESET_NAMES, PRESETS, type PresetName } from './core/policy.js';
export { EXIT_CODES } from './measure/exit-codes.js';
export { planExpectations } from './measure/expectations.js';
export { INVARIANTS } from './measure/invariants/registry.js';
export { METRICS } from './measure/metrics.js';
export type { ResultFile, RunResult, Verdict } from './measure/result.js';
export { type PreparedScenario, prepareScenario } from './prepare.js';
export { assembleResult, resultJson } from './result-file.js';
export { runToEnd, ScenarioRun } from './run.js';
export { defineScenario } from './scenario/define.js';
export { ScenarioError } from './scenario/problems.js';
export type { ScenarioInput } from './scenario/schema.js';
export { parseSource, sourceOfData } from './scenario/source.js';
export type { Scenario } from './scenario/types.js';
export { VERSION } from './version.js';
export { decideWarmups, type PilotRun } from './warmup-pilot.js';
