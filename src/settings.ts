import { Doubts } from './scenario/doubts.js';
import type { ScenarioPath } from './scenario/problems.js';
import { applyWhatCanBe, type FailedSetting, type Setting } from './scenario/set-path.js';

/** A scenario's data after its settings. */
export interface Made {
  readonly data: unknown;
  /** The settings that could be made. */
  readonly made: readonly Setting[];
  readonly paths: readonly ScenarioPath[];
  /** What the others may have been meant to set. */
  readonly doubts: Doubts;
}

/** Makes the settings that can be made. @param fail hears of the others */
export function withSettings(before: unknown, settings: readonly Setting[], fail: (failed: FailedSetting) => void): Made {
  const { data, paths, failed } = applyWhatCanBe(before, settings);
  const doubts = new Doubts(data);
  for (const one of failed) {
    fail(one);
    for (const path of one.meant) doubts.add(path);
  }
  return { data, made: settings.filter((setting) => !failed.some((one) => one.setting === setting)), paths, doubts };
}
