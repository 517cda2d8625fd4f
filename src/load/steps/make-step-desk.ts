import type { Scenario } from '../../scenario/types.js';
import type { Target } from '../target/target.js';
import { FalDesk } from './fal-desk.js';
import { OperatorDesk } from './operator-desk.js';
import type { StepDesk } from './scenario-step.js';

/** Who performs the steps of a scenario on a target. `stepComplaints` says beforehand what it cannot do. */
export function makeStepDesk(target: Target, { platform }: Pick<Scenario, 'platform'>): StepDesk {
  return target.kind === 'fal' ? new FalDesk(target, [...new Set(platform.endpoints.map(({ id }) => id))]) : new OperatorDesk(target);
}
