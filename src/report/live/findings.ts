import type { Finding } from '../../measure/live-result.js';
import type { ResultFile } from '../../measure/result.js';
import { formatNumber } from '../format.js';
import { liveVariants } from './live-runs.js';

/** A finding of one or more runs of a variant; the numbers are those of the first. */
export interface GroupedFinding extends Finding {
  /** undefined: the result has one variant only. */
  readonly variant: string | undefined;
  readonly runs: number;
  /** Live runs of the variant. */
  readonly of: number;
  /** One that shows it. */
  readonly seed: number;
}

/** Where clients and server tell different stories, once a variant. Those of most runs come first. */
export function groupedFindings(result: ResultFile): GroupedFinding[] {
  const variants = liveVariants(result);
  const grouped = variants.flatMap(({ title, runs }) => {
    const groups = new Map<string, GroupedFinding>();
    for (const { run, live } of runs) {
      for (const finding of live.findings) {
        const known = groups.get(finding.what);
        const first = known ?? { ...finding, variant: variants.length > 1 ? title : undefined, runs: 0, of: runs.length, seed: run.seed };
        groups.set(finding.what, { ...first, runs: first.runs + 1 });
      }
    }
    return [...groups.values()];
  });
  return grouped.toSorted((a, b) => b.runs / b.of - a.runs / a.of);
}

/** `fal-939: requests{outcome:ok}: 190 requests (clients), 200 requests (server); 7 of 10 runs, such as seed 3` */
export function findingText(finding: GroupedFinding): string {
  const where = finding.variant === undefined ? '' : `${finding.variant}: `;
  return `${where}${finding.what}: ${finding.client} (clients), ${finding.server} (server)${inRuns(finding)}`;
}

/** `; 7 of 10 runs, such as seed 3`; nothing for the only run. */
function inRuns({ runs, of, seed }: GroupedFinding): string {
  return of === 1 ? '' : `; ${formatNumber(runs)} of ${formatNumber(of)} runs, such as seed ${seed}`;
}
