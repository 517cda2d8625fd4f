import type { ScenarioInput } from '../scenario/schema.js';
import type { Choices } from './choices.js';

type Platform = ScenarioInput['platform'];
export type AccountInput = NonNullable<Platform['accounts']>[number];
export type EndpointInput = Platform['endpoints'][number];

/** What varies in a whole story or is left out of it: stories then differ in kind, not only in amount. */
export interface PlatformTraits {
  readonly endpointLimits: boolean;
  readonly randomService: boolean;
  readonly fewRunners: boolean;
  readonly coldStarts: boolean;
  readonly multiplexing: boolean;
  readonly failures: boolean;
  readonly ownApp: boolean;
}

const SERVICES = ['200ms', '500ms', '1s', '2s', '3s', '5s', '8s', '10s', '15s', '20s'] as const;

export function drawPlatformTraits(choices: Choices): PlatformTraits {
  return {
    endpointLimits: choices.chance(0.35),
    randomService: choices.chance(0.3),
    fewRunners: choices.chance(0.5),
    coldStarts: choices.chance(0.25),
    multiplexing: choices.chance(0.2),
    failures: choices.chance(0.1),
    ownApp: choices.chance(0.15),
  };
}

export function drawAccounts(choices: Choices, most: number): AccountInput[] {
  return Array.from({ length: choices.whole(1, most) }, (_, n) => ({
    id: `a${n + 1}`,
    limit: choices.whole(1, choices.oneOf([2, 4, 6])),
    keys: choices.chance(0.5) ? ['k1'] : ['k1', 'k2'],
  }));
}

export function drawEndpoints(choices: Choices, most: number, traits: PlatformTraits): EndpointInput[] {
  return Array.from({ length: choices.whole(1, most) }, (_, n) => drawEndpoint(choices, `m${n + 1}`, traits));
}

/** Limits of accounts on endpoints, on top of their own. */
export function drawEndpointLimits(choices: Choices, accounts: readonly AccountInput[], endpoints: readonly EndpointInput[]): AccountInput[] {
  return accounts.map((account) => {
    const limited = endpoints.filter(() => choices.chance(0.5));
    const limits = limited.map(({ id }) => [id, choices.whole(1, Math.max(1, (account.limit ?? 1) - 1))] as const);
    return limits.length === 0 ? account : { ...account, endpointLimits: Object.fromEntries(limits) };
  });
}

function drawEndpoint(choices: Choices, id: string, traits: PlatformTraits): EndpointInput {
  const mean = choices.oneOf(SERVICES);
  const runners = drawRunners(choices, traits);
  const limit = traits.endpointLimits && choices.chance(0.2) ? choices.whole(1, 3) : undefined;
  const failureProbability = traits.failures && choices.chance(0.5) ? 0.2 : undefined;
  return {
    id,
    service: traits.randomService ? choices.oneOf([{ exponential: { mean } }, { lognormal: { mean, cv: 0.5 } }, mean]) : mean,
    ...(runners === undefined ? {} : { runners }),
    ...(limit === undefined ? {} : { limit }),
    ...(failureProbability === undefined ? {} : { failureProbability }),
    ...(traits.ownApp && choices.chance(0.5) ? { owner: 'a1' } : {}),
  };
}

function drawRunners(choices: Choices, { fewRunners, coldStarts, multiplexing }: PlatformTraits): EndpointInput['runners'] | undefined {
  const most = choices.whole(1, 6);
  const least = choices.whole(0, most);
  const coldStart = choices.oneOf(['500ms', '1s', '3s']);
  const keepAlive = choices.oneOf(['5s', '20s', '1m']);
  const perRunner = choices.whole(2, 3);
  if (!fewRunners && !coldStarts && !multiplexing) return undefined;
  if (!coldStarts && !multiplexing) return most;
  return {
    min: coldStarts ? least : most,
    max: fewRunners || !coldStarts ? most : 'unlimited',
    ...(coldStarts ? { coldStart, keepAlive } : {}),
    ...(multiplexing ? { multiplexing: perRunner } : {}),
  };
}
