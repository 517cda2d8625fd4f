import type { Observed } from '../observed.js';
import { REAL_TIME_MS } from '../questions.js';
import { holdSlots } from './in-progress.js';
import type { Caller, WireSession } from './session.js';

const NOBODY: Caller = { name: 'nobody', credentials: undefined };
const FIGURE = /<dt>Slots in use<\/dt>\s*<dd>([\d,]+)<\/dd>/;
/** Wall ms; longer than what passes, so that a late page shows how late it is. */
const PATIENCE_MS = 5_000;
/** Until a cancelled request has ended, s of the provider's time. */
const END_WITHIN_S = 30;

const NAME = 'A stranger watches the status page';
const DONE = 'GET /status without a key; a slot is taken, and given back by a cancel; the page is read again and again.';
const EXPECTED = `The page answers, and shows either change within ${REAL_TIME_MS / 1000} s on the wall clock.`;

/** Does a page that needs no key follow what happens? */
export async function tryStatusPage(session: WireSession): Promise<Observed> {
  const { provider } = session;
  const terms = { name: NAME, done: DONE, expected: EXPECTED };
  const before = await shownSlots(session);
  if (before === undefined)
    return { ...terms, seen: 'No page at /status tells without a key how many slots are in use.', short: 'none found', passed: undefined, figures: [] };
  const held = await holdSlots(session, 1, provider.slow);
  if (held === undefined)
    return { ...terms, seen: 'The page answers. No slot could be taken to see it change.', short: 'answers', passed: undefined, figures: [] };
  const shown = new Set<number | undefined>();
  const takenMs = await msUntilShown(session, before + 1, shown);
  for (const request of held) await session.cancel(request);
  await session.secondsUntil(END_WITHIN_S, () => session.areAll('COMPLETED', held));
  const freedMs = await msUntilShown(session, before, shown);
  const slowest = takenMs === undefined || freedMs === undefined ? undefined : Math.max(takenMs, freedMs);
  const passed = slowest !== undefined && slowest <= REAL_TIME_MS;
  // The page shows the slots of everybody: where another figure came up, somebody else took or gave back some.
  const isDisturbed = !provider.isOwn && [...shown].some((figure) => figure !== before && figure !== before + 1);
  const isUndecided = isDisturbed && slowest === undefined;
  return {
    ...terms,
    seen: `The page answers. It showed the slot that was taken ${msText(takenMs)}, and that it was free again ${msText(freedMs)}.${isUndecided ? ' Others took slots or gave them back meanwhile.' : ''}`,
    short: passed ? `follows within ${Math.max(1, slowest)} ms` : isUndecided ? 'answers; others disturbed the count' : 'answers, but late',
    passed: isUndecided ? undefined : passed,
    figures: [
      { name: 'until a taken slot is shown', value: takenMs, unit: 'ms' },
      { name: 'until a freed slot is shown', value: freedMs, unit: 'ms' },
    ],
  };
}

/** @returns undefined where no such page answers */
async function shownSlots(session: WireSession): Promise<number | undefined> {
  const { origin } = new URL(session.provider.target.queueUrl);
  const { status, text } = await session.ask(NOBODY, 'GET', origin, '/status');
  const [, figure] = FIGURE.exec(text) ?? [];
  return status === 200 && figure !== undefined ? Number(figure.replaceAll(',', '')) : undefined;
}

/** @param shown gets every figure that came up @returns wall ms until an answer that shows it had come; undefined: it did not within 5 s */
async function msUntilShown(session: WireSession, slots: number, shown: Set<number | undefined>): Promise<number | undefined> {
  const fromMs = performance.now();
  const came = await session.wallMsUntil(PATIENCE_MS, async () => {
    const figure = await shownSlots(session);
    shown.add(figure);
    return figure === slots;
  });
  return came === undefined ? undefined : Math.round(performance.now() - fromMs);
}

function msText(ms: number | undefined): string {
  return ms === undefined ? `not within ${PATIENCE_MS / 1000} s` : `${ms} ms after the queue said so`;
}
