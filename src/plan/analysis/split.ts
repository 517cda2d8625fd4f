import type { InverseAnswer } from '../../measure/capacity/plan-result.js';
import type { LoadClass, Planning } from '../point.js';
import { sharedOut } from '../whole-numbers.js';
import { ClassWaits } from './class-waits.js';
import { separateLimits, sharedLimitForEach } from './separate-limits.js';
import { many, number } from './words.js';

/**
 * Classes of traffic under one limit, under caps that share the limit out by their work, and each with a limit of its own.
 * @param limit the shared one
 */
export async function split(planning: Planning, limit: number): Promise<InverseAnswer> {
  const classes = planning.load.classes ?? [];
  const waits = ClassWaits.of(planning);
  planning.progress(`${classes.length} classes of traffic under one limit`);
  const shared = await planning.figures({ limit }, 'look');
  const caps = capsOf(planning, classes, limit);
  const capped = caps === undefined ? undefined : await planning.figures({ limit, endpointLimits: caps }, 'look');
  const separate = takesCaps(planning, classes) ? await separateLimits(planning, classes, limit, waits) : undefined;
  const sum = separate === undefined ? undefined : [...separate.values()].reduce((all, one) => all + one, 0);
  const together = sum === undefined ? undefined : await sharedLimitForEach(planning, classes, sum, waits);
  return {
    question: 'split',
    title: `${classes.length} ${classes[0]?.tag}s under one limit of ${limit}`,
    answer: sentence(classes, limit, sum, together),
    value: sum === undefined ? undefined : { estimate: { mean: sum, low: sum, high: sum, seeds: shared.length }, unit: 'slots' },
    columns: [classes[0]?.tag ?? 'class', 'slots busy', `${waits.heading}, one limit`, 'cap', `${waits.heading}, with caps`, 'a limit of its own'],
    rows: classes.map((each) => [
      each.name,
      each.ratePerSecond === undefined || each.meanServiceMs === undefined || planning.load.facts.atOnce !== undefined
        ? '–'
        : number((each.ratePerSecond * each.meanServiceMs) / 1000),
      waits.text(shared, each),
      String(caps?.[each.name] ?? '–'),
      capped === undefined ? '–' : waits.text(capped, each),
      String(separate?.get(each.name) ?? '–'),
    ]),
    notes: [...notesOf(takesCaps(planning, classes), caps, separate), ...leftOut(planning, classes)],
  };
}

function takesCaps({ load }: Planning, classes: readonly LoadClass[]): boolean {
  return load.dials.has('endpointLimits') && classes.every(({ tag }) => tag === 'endpoint');
}

/** The limit shared out by work. @returns undefined where there is not one slot for each */
function capsOf(planning: Planning, classes: readonly LoadClass[], limit: number): Record<string, number> | undefined {
  if (!takesCaps(planning, classes) || classes.length > limit) return undefined;
  const work = classes.map(({ ratePerSecond = 1, meanServiceMs = 1 }) => ratePerSecond * meanServiceMs);
  const caps = sharedOut(limit, work, 1);
  return Object.fromEntries(classes.map(({ name }, at) => [name, caps[at] as number]));
}

function sentence(classes: readonly LoadClass[], limit: number, sum: number | undefined, together: number | undefined): string {
  if (sum === undefined) return `${classes.length} classes of traffic wait for the same ${limit} slots.`;
  const apart = `Limits of their own would take ${sum} slots together`;
  if (together === undefined) return `${apart}.`;
  const saved = Math.max(0, sum - together);
  return `${apart}, one limit with which each keeps the SLO ${together}: sharing saves ${saved === 0 ? 'none' : many(saved, 'slot')}.`;
}

function notesOf(takes: boolean, caps: Record<string, number> | undefined, separate: ReadonlyMap<string, number> | undefined): string[] {
  if (!takes) return ['Caps and limits of their own were not looked at: only endpoints can have them.'];
  return [
    caps === undefined
      ? 'The limit was not shared out by caps: it has not one slot for each.'
      : 'Caps share the limit out by rate x mean service, and stand on top of it.',
    separate === undefined
      ? 'Limits of their own were not found: no SLO is about a median, p(90), p(95) or p(99) of the wait, or not even twice the shared limit is enough for one.'
      : 'Limits of their own: the smallest with which each by itself keeps the SLO on waits, by the first seeds.',
  ];
}

function leftOut({ load }: Planning, classes: readonly LoadClass[]): string[] {
  const more = (load.facts.trace?.endpoints ?? 0) - classes.length;
  return more > 0 ? [`${many(more, 'endpoint')} with less work share the limit, and have no line of their own.`] : [];
}
