import { US_PER_SECOND } from '../core/time.js';
import { durationText } from '../scenario/duration-text.js';
import type { ScenarioInput } from '../scenario/schema.js';
import type { Choices } from './choices.js';
import type { AccountInput, EndpointInput } from './draw-platform.js';

export type FlowInput = NonNullable<ScenarioInput['workload']>[number];
type ArrivalsInput = FlowInput['arrivals'];

interface WorkloadTraits {
  readonly startTimeouts: boolean;
  readonly patience: boolean;
  readonly webhooks: boolean;
  readonly children: boolean;
  readonly directCalls: boolean;
  readonly subscriptions: boolean;
}

const MOST_FLOWS = 4;
const LATEST_S = 12;

/** Who calls what, when and how often. @param requests how many there are in all, about */
export function drawWorkload(choices: Choices, accounts: readonly AccountInput[], endpoints: readonly EndpointInput[], requests: number): FlowInput[] {
  const traits: WorkloadTraits = {
    startTimeouts: choices.chance(0.25),
    patience: choices.chance(0.25),
    webhooks: choices.chance(0.35),
    children: choices.chance(0.12),
    directCalls: choices.chance(0.3),
    subscriptions: choices.chance(0.4),
  };
  const flows = choices.whole(1, Math.min(MOST_FLOWS, requests));
  return sharesOf(choices, requests, flows).map((count) => drawFlow(choices, accounts, endpoints, count, traits));
}

function drawFlow(choices: Choices, accounts: readonly AccountInput[], endpoints: readonly EndpointInput[], count: number, traits: WorkloadTraits): FlowInput {
  const account = choices.oneOf(accounts);
  const call = traits.directCalls && choices.chance(0.4) ? 'run' : traits.subscriptions && choices.chance(0.5) ? 'subscribe' : 'submit';
  const flow: FlowInput = {
    as: `${account.id}/${choices.oneOf(account.keys ?? [])}`,
    endpoint: choices.oneOf(endpoints).id,
    call,
    arrivals: drawArrivals(choices, count),
  };
  if (traits.startTimeouts && choices.chance(0.6)) flow.startTimeout = `${choices.whole(2, 10)}s`;
  if (traits.patience && call !== 'run' && choices.chance(0.6)) flow.patience = `${choices.whole(1, 8)}s`;
  if (traits.webhooks && call !== 'run' && choices.chance(0.6)) flow.webhook = true;
  if (traits.children && choices.chance(0.7)) flow.child = { endpoint: choices.oneOf(endpoints).id, ...(choices.chance(0.5) ? {} : { probability: 0.5 }) };
  return flow;
}

function drawArrivals(choices: Choices, count: number): ArrivalsInput {
  const fromS = choices.chance(0.5) ? 0 : choices.whole(0, LATEST_S);
  const from = `${fromS}s`;
  const perSecond = choices.oneOf([0.5, 1, 2, 5]);
  const rate = `${perSecond}/s`;
  const to = durationText((fromS + count / perSecond) * US_PER_SECOND);
  const size = Math.min(count, choices.whole(2, 4));
  switch (choices.oneOf(['burst', 'burst', 'rate', 'poisson', 'batches'])) {
    case 'rate':
      return { rate, from, to };
    case 'poisson':
      return { poisson: rate, from, to };
    case 'batches':
      // A batch every two seconds, the first at `from`.
      return { batches: { rate: '30/m', size }, from, to: `${fromS + 2 * Math.floor(count / size)}s` };
    default:
      return { burst: count, at: from };
  }
}

/** Cuts a whole number into so many parts of at least 1. */
function sharesOf(choices: Choices, whole: number, parts: number): number[] {
  const shares = Array.from({ length: parts }, () => 1);
  for (let n = parts; n < whole; n++) {
    const at = choices.whole(0, parts - 1);
    shares[at] = (shares[at] as number) + 1;
  }
  return shares;
}
