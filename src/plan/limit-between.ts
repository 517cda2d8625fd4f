import type { PointEvidence } from '../measure/capacity/plan-result.js';

/** The largest limit that is known to miss the SLOs, and the smallest that meets them. */
export interface Bracket {
  readonly missing: number;
  readonly meeting: number;
}

interface Terms {
  /** One that cannot meet them. */
  readonly missing: number;
  /** What the largest limit showed, which misses them. */
  readonly top: PointEvidence;
  /** By place of the SLOs: whether a larger limit makes it easier to keep. */
  readonly eased: readonly boolean[];
}

/**
 * Where the largest limit misses promises that no larger limit helps to keep (`slots_in_use max <= 10`), a smaller one may
 * keep all of them. Larger ones than that miss those promises, smaller ones the others: halved in between until one does.
 * @returns undefined: none does
 */
export async function limitBetween(judge: (limit: number) => Promise<PointEvidence>, { missing, top, eased }: Terms): Promise<Bracket | undefined> {
  if (!isTooLarge(top, eased)) return undefined;
  let [low, high] = [missing, top.limit];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    const evidence = await judge(middle);
    if (evidence.verdict === 'pass') return { missing: low, meeting: middle };
    if (isTooLarge(evidence, eased)) high = middle;
    else low = middle;
  }
  return undefined;
}

/**
 * Whether a limit misses only what fewer slots may keep. Seeds stop at the first promise that is missed: then the others may be
 * undecided still. One that cannot carry the load has no checks.
 */
export function isTooLarge({ checks }: PointEvidence, eased: readonly boolean[]): boolean {
  const [helped, others] = [checks.filter((_, at) => eased[at]), checks.filter((_, at) => !eased[at])];
  return !helped.some(({ verdict }) => verdict === 'fail') && others.some(({ verdict }) => verdict === 'fail');
}
