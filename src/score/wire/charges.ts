import type { Observed } from '../observed.js';
import { usdText } from '../words.js';
import { holdSlots } from './in-progress.js';
import type { Submitted, WireSession } from './session.js';

const SUCCESSES = 2;
const UNKNOWN_WORK_S = 120;
const ROUNDING_USD = 1e-6;

const TERMS = {
  name: 'Charges are read over HTTP',
  done: 'Two requests succeed and one is cancelled while it is in progress; GET /account/usage before and after.',
  expected: 'The two are charged at one price, the cancelled one not.',
};

/** Does the meter move by what succeeded, and by nothing else? */
export async function tryCharges(session: WireSession): Promise<Observed> {
  const { provider } = session;
  const before = await spentUsd(session);
  if (before === undefined) return { ...TERMS, seen: 'No operation tells what was spent.', short: 'not told over HTTP', passed: undefined, figures: [] };
  const requests: Submitted[] = [];
  for (let n = 0; n < SUCCESSES; n++) {
    const submitted = await session.submit(provider.quick.endpoint);
    if (submitted !== undefined) requests.push(submitted);
  }
  const [cancelled] = (await holdSlots(session, 1, provider.slow)) ?? [];
  if (cancelled !== undefined) await session.cancel(cancelled);
  const all = cancelled === undefined ? requests : [...requests, cancelled];
  const seconds = await session.secondsUntil(provider.quick.seconds === undefined ? UNKNOWN_WORK_S : 3 * provider.quick.seconds, () =>
    session.areAll('COMPLETED', all),
  );
  const after = await spentUsd(session);
  if (seconds === undefined || cancelled === undefined || requests.length < SUCCESSES || after === undefined)
    return { ...TERMS, seen: 'The requests did not come to their ends in time.', short: 'not tried', passed: undefined, figures: [] };
  return { ...TERMS, ...judge(after - before, provider.usdPerRequest) };
}

function judge(chargedUsd: number, price: number | undefined): Pick<Observed, 'seen' | 'short' | 'passed' | 'figures'> {
  const figures: Observed['figures'] = [{ name: 'charged for two successes and a cancel', value: chargedUsd, unit: 'usd' }];
  // Without a price list it cannot be told what the cancelled one cost.
  if (price === undefined)
    return {
      seen: `Charged: ${usdText(chargedUsd)}. No price is known to hold it against.`,
      short: `charged ${usdText(chargedUsd)}`,
      passed: undefined,
      figures,
    };
  const passed = Math.abs(chargedUsd - SUCCESSES * price) <= ROUNDING_USD;
  return {
    seen: `Charged: ${usdText(chargedUsd)}, with a price of ${usdText(price)} for each success.`,
    short: passed ? 'successes times price' : `charged ${usdText(chargedUsd)}, not ${usdText(SUCCESSES * price)}`,
    passed,
    figures,
  };
}

async function spentUsd(session: WireSession): Promise<number | undefined> {
  const { status, body } = await session.api(session.main, 'GET', '/account/usage');
  const spent = body?.['spent_usd'];
  return status === 200 && typeof spent === 'number' ? spent : undefined;
}
