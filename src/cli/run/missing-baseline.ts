import { shellWord } from '../../shell-commands.js';
import { DEFAULT_BASELINES } from './gate-options.js';

export interface MissingBaseline {
  /** What it would be. */
  readonly file: string;
  /** Its folder, as given. */
  readonly baselines: string;
  /** Folder of the result that it could be made of; undefined: none was written. */
  readonly reports: string | undefined;
}

/** That nothing was compared, and how a baseline is made of this very result. */
export function missingBaselineNote(scenario: string, { file, baselines, reports }: MissingBaseline): string {
  const where = baselines === DEFAULT_BASELINES ? '' : ` --baselines ${shellWord(baselines)}`;
  const how =
    reports === undefined
      ? 'to make one, run it with --reporter json and give its reports to slotstorm baseline update'
      : `if this run is as it should be, make it the baseline: npx slotstorm baseline update ${shellWord(reports)}${where} --reason "the first one"`;
  return `${scenario} was held against nothing, for there is no baseline ${file} yet; ${how}`;
}
