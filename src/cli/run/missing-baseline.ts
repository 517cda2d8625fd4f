import { nearest } from '../../core/nearest-name.js';
import type { ResultFile } from '../../measure/result.js';
import type { Annotation } from '../../report/ci/annotations.js';
import { shortLine } from '../../report/ci/short-line.js';
import { shellWord } from '../../shell-commands.js';
import { DEFAULT_BASELINES } from './gate-options.js';

export interface MissingBaseline {
  /** What it would be. */
  readonly file: string;
  /** Its folder, as given. */
  readonly baselines: string;
  /** Folder of the result that it could be made of; undefined: none was written. */
  readonly reports: string | undefined;
  /** Names of scenarios that did not run, but have a baseline there. */
  readonly orphans: readonly string[];
}

/** More of them tell nobody which one it was. */
const MOST_ORPHANS = 3;

/** That nothing was compared, and how a baseline is made of this very result. */
export function missingBaselineNote(scenario: string, { file, baselines, reports, orphans }: MissingBaseline): string {
  const where = baselines === DEFAULT_BASELINES ? '' : ` --baselines ${shellWord(baselines)}`;
  const how =
    reports === undefined
      ? 'to make one, run it with --reporter json and give its reports to slotstorm baseline update'
      : `if this run is as it should be, make it the baseline: npx slotstorm baseline update ${shellWord(reports)}${where} --reason "the first one"`;
  return `${scenario} was held against nothing, for there is no baseline ${file} yet${orphansText(scenario, orphans)}; ${how}`;
}

/** Whoever gives a scenario another name loses its baseline. */
function orphansText(scenario: string, orphans: readonly string[]): string {
  if (orphans.length === 0) return '';
  const near = nearest(scenario, orphans);
  const first = near === undefined ? orphans : [near, ...orphans.filter((name) => name !== near)];
  const more = orphans.length > MOST_ORPHANS ? ` and ${orphans.length - MOST_ORPHANS} more` : '';
  return ` (held by no scenario of this run: ${first.slice(0, MOST_ORPHANS).join(', ')}${more}; renamed?)`;
}

/** A warning where a baseline may have been lost, a notice where there may never have been one. */
export function missingBaselineAnnotation({ name, file }: ResultFile['scenario'], missing: MissingBaseline): Annotation {
  return {
    type: missing.orphans.length > 0 ? 'warning' : 'notice',
    file,
    line: undefined,
    title: shortLine(`${name}: no baseline`, 120),
    message: shortLine(missingBaselineNote(name, missing), 800),
  };
}
