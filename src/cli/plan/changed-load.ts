import type { Dials, PlannedLoad, PlanPoint } from '../../plan/point.js';
import { applySettings, type Setting, SettingError } from '../../scenario/set-path.js';
import { UsageError } from '../failures.js';

/** What flags and traces say themselves, `--set` must not say otherwise: nobody would know the rate or the work any more. */
const CHANGEABLE = /^platform\.policy(?:\.|$)/;

/**
 * A load whose policy is changed by `--set`, and with some dials turned from the start.
 * @throws UsageError for a path that leads elsewhere, or nowhere
 */
export function changedLoad(load: PlannedLoad, settings: readonly Setting[], base: Omit<Dials, 'limit'> = {}): PlannedLoad {
  if (settings.length === 0 && Object.keys(base).length === 0) return load;
  const stranger = settings.find(({ path }) => !CHANGEABLE.test(path));
  if (stranger !== undefined)
    throw new UsageError(
      `--set: expected a switch of the policy such as platform.policy.dispatchLatency=100ms, got ${JSON.stringify(stranger.path)}: flags and traces say the rest themselves; write a scenario for more`,
    );
  const { overload, shortRun } = load;
  return {
    ...(load.classes === undefined ? {} : { classes: load.classes }),
    facts: load.facts,
    dials: load.dials,
    isRecorded: load.isRecorded,
    ...(overload === undefined ? {} : { overload: (dials: Dials) => overload.call(load, { ...base, ...dials }) }),
    ...(shortRun === undefined ? {} : { shortRun: (dials: Dials) => shortRun.call(load, { ...base, ...dials }) }),
    point: (dials) => changedPoint(load.point({ ...base, ...dials }), settings),
  };
}

function changedPoint(point: PlanPoint, settings: readonly Setting[]): PlanPoint {
  if (settings.length === 0) return point;
  try {
    const { data } = applySettings(point.input, settings);
    return { input: data, key: JSON.stringify(data) };
  } catch (error) {
    if (error instanceof SettingError) throw new UsageError(`--set: ${error.message}`);
    throw error;
  }
}
