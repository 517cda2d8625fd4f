import { US_PER_DAY } from '../../../core/time.js';
import { cleanDeep, visible } from '../../../report/escape.js';
import type { ConcurrencyView } from '../../pages/concurrency-page.js';
import type { ChartDay } from '../../pages/history-chart.js';
import type { Outcome } from '../../pages/outcomes.js';
import type { AccountUsage, LiveWorld } from '../../world/live-world.js';
import type { Session } from '../sessions.js';
import { PageProblem } from './page-problem.js';
import { readerOf } from './visitor.js';

const DAYS = 30;

/** The account that a session looks at: its key's own; the operator chooses. @throws PageProblem 404 */
export function accountFor({ caller }: Session, chosen: string | undefined, world: LiveWorld): string {
  if (caller.scope !== 'OPERATOR') return caller.account;
  const account = chosen ?? world.accounts()[0];
  if (account !== undefined && world.accounts().includes(account)) return account;
  throw new PageProblem(404, 'No such account', 'The platform has no account of that name.');
}

/** @throws PageProblem 404 for an account that is gone */
export function concurrencyView(session: Session, account: string, outcome: Outcome | undefined, world: LiveWorld): ConcurrencyView {
  const found = world.usageOf(account);
  if (found === undefined) throw new PageProblem(404, 'No such account', 'The platform has no account of that name.');
  const { caller } = session;
  return {
    account,
    // Names come from users: what cannot be seen in them, or turns the text around, is shown as such.
    usage: cleanDeep(found, visible),
    slots: world.slotsOf(account).map((slot) => ({ ...cleanDeep(slot, visible), id: slot.id })),
    keyNames: new Map(world.keys.list(account).map(({ id, alias }) => [visible(id), visible(alias)])),
    days: chartDays(found, world),
    reader: readerOf(session),
    accounts: caller.scope === 'OPERATOR' ? world.accounts() : undefined,
    canPay: caller.scope !== 'API',
    outcome,
  };
}

/** Thirty days up to today; those before the first day of the data have no peak. */
function chartDays({ days }: AccountUsage, { clock }: LiveWorld): ChartDay[] {
  const peaks = new Map(days.map(({ day, peak }) => [day, peak]));
  const today = Math.max(days.at(-1)?.day ?? 0, Math.floor(clock.nowUs() / US_PER_DAY));
  return Array.from({ length: DAYS }, (_, at) => {
    const day = today - DAYS + 1 + at;
    return { date: new Date(clock.toMs(day * US_PER_DAY)).toISOString().slice(0, 10), peak: peaks.get(day) };
  });
}
