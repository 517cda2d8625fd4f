import { US_PER_HOUR } from '../../../core/time.js';
import { KnownNames } from '../../../scenario/known-names.js';
import { describePath, type Problem, type ScenarioPath } from '../../../scenario/problems.js';
import { resolveStep } from '../../../scenario/resolve-steps.js';
import { step } from '../../../scenario/schema/steps.js';
import type { StepSpec } from '../../../scenario/types.js';
import { shapeProblems } from '../../../scenario/validate.js';
import type { LiveWorld } from '../../world/live-world.js';
import { invalid } from './errors.js';

const NOW = '0s';
const LATEST_US = 24 * US_PER_HOUR;

/** A step as a scenario file spells it, and how long from now it is to be done. */
export interface LiveStep {
  readonly spec: StepSpec;
  readonly delayUs: number;
}

/**
 * Checks a step against the schema and the names of the running platform.
 * @param body the step; its `at` counts from now, and may be left out
 * @throws WireError with everything that is wrong with it
 */
export function readLiveStep(body: unknown, world: LiveWorld): LiveStep {
  const given = typeof body === 'object' && body !== null && !('at' in body) ? { ...body, at: NOW } : body;
  const parsed = step.safeParse(given, { reportInput: true });
  if (!parsed.success) throw refuse(shapeProblems(parsed.error, given));
  if (parsed.data.do === 'burst') throw invalid('expected a step that changes the platform: a burst is load, so send the requests themselves');
  const delayUs = parsed.data.at;
  if (delayUs > LATEST_US) throw invalid('at: expected a time from now of at most 24h, got a later one');
  const problems: Problem[] = [];
  const complain = (path: ScenarioPath, message: string, aboutName = false): void => {
    problems.push({ path, message, aboutName });
  };
  // A loss of the store goes back in the platform's time, not in the step's.
  const spec = resolveStep({ ...parsed.data, at: world.clock.nowUs() + delayUs }, [], namesOf(world, complain), complain);
  if (problems.length > 0) throw refuse(problems);
  return { spec, delayUs };
}

function namesOf(world: LiveWorld, complain: (path: ScenarioPath, message: string, aboutName?: boolean) => void): KnownNames {
  const accounts = world.accounts().map((id) => ({ id, keys: world.keys.list(id).map(({ alias }) => alias) }));
  const endpoints = world.endpoints().map(({ endpoint }) => ({ id: endpoint }));
  return new KnownNames(accounts, endpoints, false, complain);
}

function refuse(problems: readonly Problem[]): Error {
  const shown = problems.map(({ path, message }) => (path.length === 0 ? message : `${describePath(path)}: ${message}`));
  return invalid(shown.join('; '));
}
