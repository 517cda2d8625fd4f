import { visible } from '../../report/escape.js';
import { formatNumber, formatUsd } from '../../report/format.js';
import { Facts, Section, Table } from '../../report/html/parts.js';
import type { AccountUsage, SlotView } from '../world/live-world.js';
import { ActionForm } from './action-form.js';
import { Banner } from './banner.js';
import { type ChartDay, HistoryChart } from './history-chart.js';
import { LivePart, type Reader, renderPage, renderPart } from './layout.js';
import { type Outcome, Said } from './outcomes.js';
import { SlotMeter } from './slot-meter.js';
import { SlotsSection } from './slots-section.js';
import { accountVerdict, ghostsAmong } from './verdict.js';

/** What the Concurrency page shows. */
export interface ConcurrencyView {
  /** As forms must send it back; `usage` has the name for eyes. */
  readonly account: string;
  readonly usage: AccountUsage;
  readonly slots: readonly SlotView[];
  /** By id, as their owner named them. */
  readonly keyNames: ReadonlyMap<string, string>;
  /** Thirty, the oldest first. */
  readonly days: readonly ChartDay[];
  readonly reader: Reader;
  /** Whom the operator may look at, this one included; undefined for everybody else. */
  readonly accounts: readonly string[] | undefined;
  /** Whether this key may spend money. */
  readonly canPay: boolean;
  /** What the last form did. */
  readonly outcome: Outcome | undefined;
}

/** Limit, tier, live count, peak, history, and every slot with its holder: fal's page, and what it lacks. */
export function renderConcurrencyPage(view: ConcurrencyView): string {
  const query = view.accounts === undefined ? '' : `?account=${encodeURIComponent(view.account)}`;
  return renderPage({
    title: `Concurrency of ${view.usage.account}`,
    here: 'concurrency',
    reader: view.reader,
    children: (
      <>
        <Said outcome={view.outcome} />
        <Accounts accounts={view.accounts} here={view.account} />
        <LivePart events={`/concurrency/events${query}`}>
          <LiveConcurrency view={view} />
        </LivePart>
        <Credits view={view} />
      </>
    ),
  });
}

/** The part that is fetched anew. */
export function renderConcurrencyPart(view: ConcurrencyView): string {
  return renderPart(<LiveConcurrency view={view} />);
}

function LiveConcurrency({ view }: { view: ConcurrencyView }) {
  const { usage, slots, keyNames, reader } = view;
  const ghosts = ghostsAmong(slots);
  const account = shownAccount(view);
  return (
    <>
      <Banner verdict={accountVerdict(usage, slots)} about={`Concurrency of ${usage.account}: busy or leaked?`}>
        <SlotMeter limit={usage.limit} live={usage.live} ghosts={ghosts} />
        {ghosts > 0 && usage.canRelease ? (
          <ActionForm action="/concurrency/release-stuck" reader={reader} account={account}>
            <button type="submit" id="release-stuck" class="primary">
              {ghosts === 1 ? 'Release the stuck slot' : `Release all ${ghosts} stuck slots`}
            </button>
          </ActionForm>
        ) : null}
      </Banner>
      <Section id="usage" title="Now">
        <Facts facts={factsOf(usage, ghosts)} />
        <EndpointLimits usage={usage} />
      </Section>
      <SlotsSection slots={slots} keyNames={keyNames} canRelease={usage.canRelease} reader={reader} account={account} />
      <Section id="history" title="Last 30 days" lead="The most slots in use at once, day by day.">
        <HistoryChart days={view.days} limit={usage.limit} />
      </Section>
    </>
  );
}

function factsOf({ limit, tier, live, peak, queued, paidUsd, spentUsd }: AccountUsage, ghosts: number): (readonly [string, string])[] {
  return [
    ['Limit', `${formatNumber(limit)} at once`],
    ['Tier', tier],
    ['Live', `${formatNumber(live)} in use`],
    ['Stuck', formatNumber(ghosts)],
    ['Peak ever', formatNumber(peak)],
    ['Waiting in queues', formatNumber(queued)],
    ['Paid in four weeks', formatUsd(paidUsd)],
    ['Spent', formatUsd(spentUsd)],
  ];
}

function EndpointLimits({ usage: { endpointLimits } }: { usage: AccountUsage }) {
  if (endpointLimits.length === 0) return null;
  return (
    <Table
      caption="Limits of single endpoints, on top of the account’s"
      columns={[
        { heading: 'Endpoint', names: true, cell: ({ endpoint }) => <code class="id">{endpoint}</code> },
        { heading: 'In use', numeric: true, cell: ({ live }) => formatNumber(live) },
        { heading: 'Limit', numeric: true, cell: ({ limit }) => formatNumber(limit) },
      ]}
      rows={endpointLimits}
      rowClass={({ live, limit }) => (live >= limit ? 'undecided' : '')}
    />
  );
}

function Credits({ view }: { view: ConcurrencyView }) {
  return (
    <Section
      id="credits"
      title="Buy credits"
      lead="Paid invoices of the last four weeks decide the tier, and the tier the limit. The money is as real as the models."
    >
      {view.canPay ? (
        <ActionForm action="/concurrency/credits" reader={view.reader} account={shownAccount(view)}>
          <div class="row">
            <div>
              <label for="usd">Amount in US dollars</label>
              <input id="usd" name="usd" type="number" min="1" max="1000000" step="0.01" value="100" required />
            </div>
            <button type="submit" class="primary">
              Buy credits
            </button>
          </div>
        </ActionForm>
      ) : (
        <p class="muted">This takes a key of scope ADMIN; you are signed in with one of scope API.</p>
      )}
    </Section>
  );
}

/** The operator's way from one account to another. */
function Accounts({ accounts, here }: { accounts: readonly string[] | undefined; here: string }) {
  if (accounts === undefined || accounts.length < 2) return null;
  return (
    <form method="get" action="/concurrency" class="card row">
      <div>
        <label for="account">Account</label>
        <select id="account" name="account">
          {accounts.map((account) => (
            <option value={account} selected={account === here}>
              {visible(account)}
            </option>
          ))}
        </select>
      </div>
      <button type="submit">Show</button>
    </form>
  );
}

function shownAccount({ accounts, account }: ConcurrencyView): string | undefined {
  return accounts === undefined ? undefined : account;
}
