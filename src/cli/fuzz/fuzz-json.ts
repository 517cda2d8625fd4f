import { RANDOM_SCHEME } from '../../core/random.js';
import { faultsWithin } from '../../fuzz/bounds.js';
import { gapsIn } from '../../fuzz/coverage.js';
import { VERSION } from '../../version.js';
import type { CampaignReport } from './fuzz-text.js';

/** A campaign as data. Two campaigns with the same budget of runs differ in `meta` only. */
export function campaignJson({ result, bounds, known, retold, firstSeed, written, code, command }: CampaignReport): string {
  const { runs, undecided, failures, coverage, ended, searchMs, ms } = result;
  const discoveries = written.map(({ discovery, path, trace, seeIt, findIt }) => ({ ...discovery, path, trace, seeIt, findIt }));
  const report = {
    tool: { name: 'slotstorm', version: VERSION },
    randomScheme: RANDOM_SCHEME,
    command,
    bounds,
    firstSeed,
    corpusSeeds: known,
    corpus: retold.map(({ known: { path, found }, done, story, seeIt }) => ({
      path,
      found,
      state: done?.state ?? 'not run',
      failure: done?.failure,
      story,
      seeIt,
    })),
    runs,
    undecided,
    failures,
    ended,
    exitCode: code,
    discoveries,
    coverage,
    neverMet: gapsIn(coverage, faultsWithin(bounds)),
    meta: { searchMs: Math.round(searchMs), ms: Math.round(ms), runsPerSecond: Math.round((runs * 1_000) / Math.max(1, searchMs)) },
  };
  return `${JSON.stringify(report, undefined, 1)}\n`;
}
