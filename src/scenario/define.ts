import type { ScenarioInput } from './schema.js';

/** For scenarios in TypeScript: gives the editor the types and returns what it got. */
export function defineScenario(scenario: ScenarioInput): ScenarioInput {
  return scenario;
}
