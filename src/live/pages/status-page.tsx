import { formatDurationUs } from '../../core/units.js';
import { formatNumber, plural } from '../../report/format.js';
import { Facts, Fold, Section, Table } from '../../report/html/parts.js';
import type { EndpointView, PlatformView } from '../world/live-world.js';
import { Banner } from './banner.js';
import { type ComponentHealth, componentsOf, type Incident, isAtWork } from './components.js';
import { LivePart, type Reader, renderPage, renderPart } from './layout.js';
import { platformVerdict } from './verdict.js';

/** What everybody may see. */
export interface StatusView {
  readonly platform: PlatformView;
  readonly endpoints: readonly EndpointView[];
  readonly nowUs: number;
  /** ms since 1970 of a virtual instant. */
  toMs(us: number): number;
}

const MOST_ENDPOINTS = 100;
const MOST_INCIDENTS = 20;

/** @param reader undefined: nobody has signed in */
export function renderStatusPage(view: StatusView, reader: Reader | undefined): string {
  return renderPage({
    title: 'Status',
    here: 'status',
    reader,
    children: (
      <LivePart events="/status/events">
        <LiveStatus view={view} />
      </LivePart>
    ),
  });
}

/** The part that is fetched anew. */
export function renderStatusPart(view: StatusView): string {
  return renderPart(<LiveStatus view={view} />);
}

function LiveStatus({ view }: { view: StatusView }) {
  const { platform, endpoints, nowUs } = view;
  const active = platform.incidents.filter((incident) => isAtWork(incident, nowUs));
  return (
    <>
      <Banner verdict={platformVerdict(platform, active.length)} about={`${platform.scenario} · policy ${platform.policy}`} />
      <Section id="components" title="Components">
        <Table
          caption="Parts of the platform"
          columns={[
            { heading: 'Part', names: true, cell: ({ name }) => name },
            { heading: 'State', cell: (component) => <Health component={component} /> },
            { heading: 'What it does', cell: ({ does }) => does },
            { heading: 'Now', cell: ({ note, faults }) => [...faults.map(({ text }) => text), note].filter((part) => part !== '').join(' · ') },
          ]}
          rows={componentsOf(platform, endpoints, nowUs)}
          rowClass={({ faults }) => (faults.length > 0 ? 'undecided' : '')}
        />
      </Section>
      <Section id="numbers" title="Busy or leaked">
        <Facts
          facts={[
            ['Slots in use', formatNumber(platform.inUse)],
            ['Stuck slots', formatNumber(platform.ghosts)],
            ['Requests waiting', formatNumber(platform.queued)],
            ['Up for', formatDurationUs(Math.max(0, nowUs - platform.startedUs))],
            ['Speed of its clock', `${formatNumber(platform.speed)}×`],
          ]}
        />
        <Queues endpoints={endpoints} />
      </Section>
      <Incidents view={view} active={active} />
    </>
  );
}

function Health({ component: { faults } }: { component: ComponentHealth }) {
  return faults.length === 0 ? (
    <span class="badge pass">
      <span aria-hidden="true">✓</span> operational
    </span>
  ) : (
    <span class="badge undecided">
      <span aria-hidden="true">!</span> disturbed
    </span>
  );
}

function Queues({ endpoints }: { endpoints: readonly EndpointView[] }) {
  const busiest = endpoints.toSorted((a, b) => b.queued + b.inProgress - a.queued - a.inProgress).slice(0, MOST_ENDPOINTS);
  return (
    <>
      <Table
        caption="Queues by endpoint, the busiest first"
        columns={[
          { heading: 'Endpoint', names: true, cell: ({ endpoint }) => <code class="id">{endpoint}</code> },
          { heading: 'Waiting', numeric: true, cell: ({ queued }) => formatNumber(queued) },
          { heading: 'In progress', numeric: true, cell: ({ inProgress }) => formatNumber(inProgress) },
          { heading: 'Runners', numeric: true, cell: runnersOf },
          { heading: 'Done', numeric: true, cell: ({ completed }) => formatNumber(completed) },
          { heading: 'Failed', numeric: true, cell: ({ failed }) => formatNumber(failed) },
        ]}
        rows={busiest}
        empty="No endpoint was called yet."
      />
      {endpoints.length > busiest.length ? <p class="muted">{`… and ${endpoints.length - busiest.length} more.`}</p> : null}
    </>
  );
}

function runnersOf({ runners: { running, idle, pending }, mostRunners }: EndpointView): string {
  const most = Number.isFinite(mostRunners) ? ` of ${formatNumber(mostRunners)}` : '';
  const booting = pending === 0 ? '' : `, ${pending} booting`;
  return `${running + idle}${most}${booting}`;
}

function Incidents({ view, active }: { view: StatusView; active: readonly Incident[] }) {
  const { platform, nowUs } = view;
  const past = platform.incidents.filter((incident) => !isAtWork(incident, nowUs)).slice(0, MOST_INCIDENTS);
  return (
    <Section id="incidents" title="Incidents">
      {active.length === 0 ? (
        <p class="empty">No fault is at work.</p>
      ) : (
        <IncidentTable caption={`${plural(active.length, 'fault')} at work`} incidents={active} view={view} />
      )}
      {past.length === 0 ? null : (
        <Fold summary={`What is over (${past.length})`}>
          <IncidentTable caption="The newest first" incidents={past} view={view} />
        </Fold>
      )}
    </Section>
  );
}

function IncidentTable({ caption, incidents, view: { nowUs, toMs } }: { caption: string; incidents: readonly Incident[]; view: StatusView }) {
  return (
    <Table
      caption={caption}
      columns={[
        { heading: 'What', names: true, cell: ({ text }) => <span class="id">{text}</span> },
        { heading: 'Began', cell: ({ atUs }) => `${new Date(toMs(atUs)).toISOString().slice(0, 19).replace('T', ' ')} UTC` },
        { heading: 'Ends', cell: (incident) => endOf(incident, nowUs) },
      ]}
      rows={incidents}
    />
  );
}

function endOf({ atUs, untilUs }: Incident, nowUs: number): string {
  if (untilUs === undefined) return 'not known';
  if (untilUs > nowUs) return `in ${formatDurationUs(untilUs - nowUs)}`;
  return untilUs === atUs ? 'at once' : `after ${formatDurationUs(untilUs - atUs)}`;
}
