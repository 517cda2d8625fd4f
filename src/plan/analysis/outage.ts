import type { InverseAnswer, PointEvidence } from '../../measure/capacity/plan-result.js';
import type { Dials, Planning } from '../point.js';
import { trendEstimate } from './estimates.js';
import { pairedWaits, shorterNote } from './paired-waits.js';
import { standing, time, timeWithBounds } from './words.js';

const OUTAGE_MS = 5 * 60_000;
const PARTS = [
  { word: 'a third', share: 1 / 3 },
  { word: 'half', share: 1 / 2 },
] as const;

/** What is left of the promises when runners stand still for five minutes, and how many slots and runners would keep them. */
export async function outage(planning: Planning, limit: number, waiting?: 'backoff' | 'fifo'): Promise<InverseAnswer> {
  const outages = PARTS.map(({ word, share }) => ({ word, down: Math.max(1, Math.round(limit * share)) }));
  const [without, ...judged] = await planning.judge([{ limit }, ...outages.map(({ down }) => withOutage(limit, down))], 'look');
  const rows: string[][] = [['none', ...(await waitsOf(planning, { limit }, without as PointEvidence)), '–', '–']];
  const shorter: string[] = [];
  const kept: (number | undefined)[] = [];
  for (const [at, { word, down }] of outages.entries()) {
    planning.progress(`${word} of the runners down`);
    const evidence = judged[at] as PointEvidence;
    const keeps = await smallestThatKeeps(planning, limit, down, evidence);
    kept.push(keeps);
    const note = shorterNote(await pairedWaits(planning, { limit }, withOutage(limit, down)), waiting);
    if (note !== undefined) shorter.push(`With ${word} of them down: ${note}.`);
    rows.push(await rowOf(planning, limit, { word, down }, evidence, keeps));
  }
  return {
    question: 'outage',
    title: `Runners down for ${time(OUTAGE_MS)} at limit ${limit} with as many runners`,
    answer: [`With a third of the runners down: ${standing(judged[0] as PointEvidence)}. ${keptText(limit, kept[0])}`, ...shorter].join(' '),
    columns: ['down', 'p95 wait', 'longest wait', 'SLOs', 'limit and runners that keep them', 'time to catch up (formula)'],
    rows,
    notes: [
      'The runners stand still, and the requests on them keep their slots until they go on.',
      'Percentiles are of the whole run: the longer it is, the less an outage shows in them. The longest wait does not depend on that.',
      'Formula: what piles up while fewer slots work than the load needs, worked off by the slots to spare.',
    ],
  };
}

function withOutage(limit: number, down: number): Dials {
  return { limit, outage: { runners: limit, down, forMs: OUTAGE_MS } };
}

/** As many runners fail; what is there beside them grows. With all of them on top of the limit nothing should be missing. */
async function smallestThatKeeps(planning: Planning, limit: number, down: number, evidence: PointEvidence): Promise<number | undefined> {
  if (evidence.verdict === 'pass') return limit;
  let [failing, passing] = [limit, limit + down + 1];
  const passes = async (each: number): Promise<boolean> => (await planning.judge([withOutage(each, down)], 'look'))[0]?.verdict === 'pass';
  if (!(await passes(passing))) return undefined;
  while (passing - failing > 1) {
    const middle = Math.floor((failing + passing) / 2);
    if (await passes(middle)) passing = middle;
    else failing = middle;
  }
  return passing;
}

async function rowOf(
  planning: Planning,
  limit: number,
  { word, down }: { readonly word: string; readonly down: number },
  evidence: PointEvidence,
  keeps: number | undefined,
): Promise<string[]> {
  return [
    `${word} (${down} of ${limit})`,
    ...(await waitsOf(planning, withOutage(limit, down), evidence)),
    keeps === undefined ? `more than ${limit + down + 1}` : String(keeps),
    catchUp(planning, limit, down),
  ];
}

/** p95, the longest, and whether it is good enough. */
async function waitsOf(planning: Planning, dials: Dials, { queueLatency, verdict }: PointEvidence): Promise<string[]> {
  const longest = trendEstimate(planning, await planning.figures(dials, 'look'), 'queue_latency', 'max');
  return [queueLatency === undefined ? '–' : timeWithBounds(queueLatency.p95), longest === undefined ? '–' : timeWithBounds(longest), verdict];
}

/** (a − (c − d)) x T / (c − a): a slots are needed, c are there, d of them stand still for T. */
function catchUp({ load: { facts } }: Planning, limit: number, down: number): string {
  if (facts.atOnce !== undefined) return '–';
  const missing = facts.offeredSlots - (limit - down);
  if (missing <= 0) return time(0);
  const spare = limit - facts.offeredSlots;
  return spare <= 0 ? 'never' : time((missing * OUTAGE_MS) / spare);
}

function keptText(limit: number, kept: number | undefined): string {
  if (kept === limit) return 'No more are needed.';
  return kept === undefined ? 'No number that was tried keeps the SLOs.' : `${kept} slots and runners would keep the SLOs.`;
}
