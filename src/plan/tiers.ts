import { ILLUSTRATIVE_TIERS } from '../core/tiers.js';
import { formatDurationUs } from '../core/units.js';
import type { Estimate, LimitAnswer, TierAdvice, TierPrice } from '../measure/capacity/plan-result.js';
import { ILLUSTRATIVE_TIERS_SOURCE, inOrder, largestTier, snapToTier, tiersOfPlatform } from '../measure/capacity/tiers.js';
import type { FactorInterval } from './factor-search.js';
import type { Dials, Planning } from './point.js';
import { scaledCount } from './whole-numbers.js';
import { formatCount } from './why.js';

export interface TierTerms {
  readonly tiers: readonly TierPrice[];
  /** Where they come from. */
  readonly source: string;
}

/** The tiers of a plan that names none: those of the scenario, or core's illustrative ones. */
export function usualTiers(platform?: { readonly tiers: Parameters<typeof tiersOfPlatform>[0]; readonly tiersAreIllustrative: boolean }): TierTerms {
  if (platform === undefined || platform.tiersAreIllustrative) return { tiers: tiersOfPlatform(ILLUSTRATIVE_TIERS), source: ILLUSTRATIVE_TIERS_SOURCE };
  return { tiers: tiersOfPlatform(platform.tiers), source: 'the scenario' };
}

/**
 * Which tier to buy for an answer, with its slack. Where none is large enough: what would make the largest do, by simulation.
 * @param dials the ones that the answer was found with
 */
export async function adviseTier(planning: Planning, answer: LimitAnswer, terms: TierTerms, dials: Omit<Dials, 'limit'> = {}): Promise<TierAdvice> {
  const base = { tiers: inOrder(terms.tiers), source: terms.source };
  const { limit } = answer;
  const largest = largestTier(terms.tiers);
  if (limit === undefined) return { ...base, text: `no tier can be advised: ${answer.why ?? 'there is no limit that meets every SLO'}` };
  if (largest === undefined) return { ...base, text: `limit ${formatCount(limit)} is needed; no tiers were given` };
  const tier = snapToTier(terms.tiers, limit);
  if (tier !== undefined) return { ...base, tier, slack: tier.limit - limit, text: tierText(tier, limit) };
  const cuts = await cutsFor(planning, { ...dials, limit: largest.limit });
  return { ...base, ...cuts, text: noTierText(limit, largest, cuts) };
}

type Cuts = Pick<TierAdvice, 'ratePerSecondAtLargest' | 'serviceMsAtLargest' | 'requestsAtLargest'>;

/** How far the load would have to shrink for the largest tier. */
async function cutsFor(planning: Planning, dials: Dials): Promise<Cuts> {
  const { atOnce, ratePerSecond, meanServiceMs } = planning.load.facts;
  const largest = async (dial: 'rateFactor' | 'serviceFactor', scaled: (factor: number) => number): Promise<Estimate | undefined> =>
    planning.load.dials.has(dial) ? estimateOf(await planning.largestFactor(dial, dials), scaled) : undefined;
  const amount = await largest('rateFactor', (factor) => (atOnce === undefined ? factor * ratePerSecond : scaledCount(atOnce, factor)));
  const service = await largest('serviceFactor', (factor) => factor * meanServiceMs);
  return {
    ...(amount === undefined ? {} : { [atOnce === undefined ? 'ratePerSecondAtLargest' : 'requestsAtLargest']: amount }),
    ...(service === undefined ? {} : { serviceMsAtLargest: service }),
  };
}

/** What was shown to do, and what was shown not to; undefined: nothing was shown to do. */
function estimateOf({ low, high, evidence }: FactorInterval, scaled: (factor: number) => number): Estimate | undefined {
  if (low === 0 || !Number.isFinite(high)) return undefined;
  const seeds = Math.max(...evidence.map((point) => point.seeds));
  return { mean: scaled(low), low: scaled(low), high: scaled(high), seeds };
}

function tierText(tier: TierPrice, limit: number): string {
  const slack = tier.limit - limit;
  const price = tier.usdPerMonth === undefined ? '' : ` at $${formatCount(tier.usdPerMonth)} a month`;
  const spare = slack === 0 ? 'with no slot to spare' : `with ${formatCount(slack)} ${slack === 1 ? 'slot' : 'slots'} to spare`;
  return `tier ${formatCount(tier.limit)}${price} holds limit ${formatCount(limit)}, ${spare}`;
}

/** What was shown to do: it is a promise. */
function noTierText(limit: number, largest: TierPrice, { ratePerSecondAtLargest, serviceMsAtLargest, requestsAtLargest }: Cuts): string {
  const ways = [
    `ask sales for ≥ ${formatCount(limit)}`,
    ...(ratePerSecondAtLargest === undefined ? [] : [`cut load to ≤ ${roundedDown(ratePerSecondAtLargest.low)} req/s`]),
    ...(requestsAtLargest === undefined ? [] : [`send ≤ ${formatCount(requestsAtLargest.low)} requests at once`]),
    ...(serviceMsAtLargest === undefined ? [] : [`shorten jobs to ≤ ${formatDurationUs(Number(roundedDown(serviceMsAtLargest.low * 1000)))}`]),
  ];
  const all = ways.length === 1 ? ways[0] : `${ways.slice(0, -1).join(', ')}, or ${ways.at(-1)}`;
  return `no self-service tier: they end at ${formatCount(largest.limit)}; ${all}`;
}

/** To three digits, never up. */
function roundedDown(value: number): string {
  const rounded = Number(value.toPrecision(3));
  if (rounded <= value) return String(rounded);
  let unit = 1;
  while (unit * 1000 <= value) unit *= 10;
  while (unit * 100 > value) unit /= 10;
  return String(Number((rounded - unit).toPrecision(3)));
}
