import type { LoadClass, Planning, SeedFigures } from '../point.js';
import type { ClassWaits } from './class-waits.js';

/** So many times the shared limit is enough for a class by itself, or nothing is. */
const MOST_TIMES = 2;

/**
 * The smallest limit of each class by itself. Caps under an account's limit that is their sum never meet one another, so that
 * one run tells something of every class, and all are halved together.
 * @param shared the limit that does for all of them together
 * @returns undefined where no promise is about waits, or a class would need more than twice the shared limit
 */
export async function separateLimits(
  planning: Planning,
  classes: readonly LoadClass[],
  shared: number,
  waits: ClassWaits,
): Promise<ReadonlyMap<string, number> | undefined> {
  if (!waits.canJudge) return undefined;
  const passes = (figures: readonly SeedFigures[], each: LoadClass): boolean => waits.keeps(figures, each);
  const most = shared * MOST_TIMES;
  const ample = await figuresWith(
    planning,
    classes.map(({ name }) => [name, most]),
  );
  if (!classes.every((each) => passes(ample, each))) return undefined;
  const ends = new Map(classes.map(({ name }) => [name, { failing: 0, passing: most }]));
  while ([...ends.values()].some(({ failing, passing }) => passing - failing > 1)) {
    const middles = classes.map(({ name }): [string, number] => [name, middleOf(ends.get(name) as Ends)]);
    const figures = await figuresWith(planning, middles);
    for (const [at, each] of classes.entries()) halve(ends.get(each.name) as Ends, middles[at]?.[1] as number, passes(figures, each));
  }
  return new Map([...ends].map(([name, { passing }]) => [name, passing]));
}

interface Ends {
  failing: number;
  passing: number;
}

function middleOf({ failing, passing }: Ends): number {
  return passing - failing > 1 ? Math.floor((failing + passing) / 2) : passing;
}

function halve(ends: Ends, middle: number, isPass: boolean): void {
  if (ends.passing - ends.failing <= 1) return;
  if (isPass) ends.passing = middle;
  else ends.failing = middle;
}

function figuresWith(planning: Planning, caps: readonly (readonly [string, number])[]): Promise<readonly SeedFigures[]> {
  // Endpoints without a cap of their own need room as well.
  const limit = caps.reduce((sum, [, cap]) => sum + cap, planning.load.facts.trace?.peakInFlight ?? 0);
  planning.progress(`a limit for each class: ${caps.map(([, cap]) => cap).join(', ')}`);
  return planning.figures({ limit, endpointLimits: Object.fromEntries(caps) }, 'look');
}

/**
 * The smallest shared limit with which every class keeps the promise by itself; what all requests together keep need not
 * hold for each of them.
 * @param most a limit that does, such as the sum of separate ones
 * @returns undefined where it does not
 */
export async function sharedLimitForEach(planning: Planning, classes: readonly LoadClass[], most: number, waits: ClassWaits): Promise<number | undefined> {
  const passes = async (limit: number): Promise<boolean> => {
    if (planning.load.overload?.({ limit }) !== undefined) return false;
    const figures = await planning.figures({ limit }, 'look');
    return classes.every((each) => waits.keeps(figures, each));
  };
  if (!(await passes(most))) return undefined;
  let [failing, passing] = [0, most];
  while (passing - failing > 1) {
    const middle = Math.floor((failing + passing) / 2);
    if (await passes(middle)) passing = middle;
    else failing = middle;
  }
  return passing;
}
