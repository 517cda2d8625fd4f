import { renderToString } from 'preact-render-to-string';
import { firstViolation } from '../../replay/first-violation.js';
import { BAR_KINDS, type BarKind, type Replay } from '../../replay/replay.js';
import { cleanDeep, scriptText, visible } from '../escape.js';
import { formatNumber, formatSeconds, plural } from '../format.js';
import { embedData } from '../html/embed.js';
import { PageHead } from '../html/page-head.js';
import { Command } from '../html/parts.js';
import { PAGE_STYLE } from '../html/style.js';
import { clockText, violationText } from './event-course.js';
import { REPLAY_STYLE } from './style.js';

export interface ReplayAssets {
  /** The bundled script of the page. */
  readonly pageScript: string;
  /** Of slotstorm. */
  readonly version: string;
}

/** A run, event by event, as one file that loads nothing. The script draws; without it the page says what there is to see. */
export function renderReplayPage(replay: Replay, assets: ReplayAssets): string {
  const shown = cleanDeep({ ...replay, events: [], lanes: [] }, visible);
  const script = scriptText(assets.pageScript).replace(/\n?\/\/# sourceMappingURL=.*/g, '');
  const style = PAGE_STYLE + REPLAY_STYLE;
  const page = (
    <html lang="en">
      <PageHead
        title={`Replay: ${[shown.scenario.name, shown.variant, `seed ${shown.seed}`].filter(Boolean).join(' · ')} · slotstorm`}
        version={assets.version}
        script={script}
        style={style}
      />
      <body class="replay">
        <main id="main">
          <Head replay={shown} />
          <noscript>
            <p class="notice">JavaScript is off: nothing is drawn. The same story as text, event by event: add --text to the command above.</p>
          </noscript>
          <Controls />
          <section class="card" aria-label="Lanes">
            <Legend />
            <div id="axis" aria-hidden="true" />
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be in reach of the keyboard */}
            <section id="lanes" tabIndex={0} aria-label="Lanes over time">
              <div id="lane-rows" />
            </section>
          </section>
          <div class="below">
            <section class="card" id="state" aria-labelledby="now">
              <h2 id="now">State after this event</h2>
              <div id="state-body" />
            </section>
            <section class="card" aria-labelledby="events-title">
              <h2 id="events-title">Events</h2>
              <div id="events" role="listbox" tabIndex={0} aria-labelledby="events-title">
                <div id="event-rows" />
              </div>
            </section>
          </div>
          <Hatches />
        </main>
        <footer>
          slotstorm {assets.version} · {shown.scenario.name}
        </footer>
      </body>
    </html>
  );
  const data = `<script type="application/octet-stream" id="result-data">${embedData(replay)}</script>`;
  return `<!doctype html>\n${renderToString(page).replace('</body></html>', () => `${data}<script>${script}</script></body></html>`)}\n`;
}

function Head({ replay }: { replay: Replay }) {
  const { scenario, variant, chosen, policy, seed, stretch, totalEvents, endUs, hash, violations, violationsHidden } = replay;
  const first = firstViolation(violations);
  return (
    <header class="card" id="story">
      <h1>
        {scenario.name} {variant === undefined ? null : <span class="pill">{variant}</span>} <span class="pill">seed {seed}</span>{' '}
        <span class="pill">policy {policy}</span>
      </h1>
      {scenario.description === '' ? null : <p class="lead">{scenario.description}</p>}
      <p>
        Events {formatNumber(stretch.fromEvent)} to {formatNumber(stretch.toEvent)} of {formatNumber(totalEvents)}: {stretch.why}. The run lasts{' '}
        {formatSeconds(endUs / 1e6)}.{chosen === '' ? '' : ` Shown is ${chosen}.`} <span class="muted hash">Hash {hash}</span>
      </p>
      {first === undefined ? (
        <p class="empty">No invariant was violated.</p>
      ) : (
        <p class="first-violation">
          First violation, at {clockText(first.atUs)} s, event {formatNumber(first.event)}: {violationText(first)}
          {othersText(violations.length + violationsHidden - 1)} <strong>What to do next:</strong> {first.remedy}
        </p>
      )}
      <Command text={replay.command} />
    </header>
  );
}

/** How many violations there are beside the first. */
function othersText(others: number): string {
  if (others === 0) return '.';
  return `. ${plural(others, 'more violation')} in this run.`;
}

/** Buttons say in their titles which key does the same. */
function Controls() {
  return (
    <section class="card controls" aria-label="Steps">
      <div class="buttons">
        <button type="button" id="begin" title="First event (Home)" aria-label="First event">
          |◀
        </button>
        <button type="button" id="back" title="One event back (←; with Shift ten)" aria-label="One event back">
          ◀
        </button>
        <button type="button" id="play" class="primary" title="Play (space)" aria-pressed="false">
          Play
        </button>
        <button type="button" id="forward" title="One event on (→; with Shift ten)" aria-label="One event on">
          ▶
        </button>
        <button type="button" id="end" title="Last event (End)" aria-label="Last event">
          ▶|
        </button>
        <button type="button" id="violation" title="First violation (V), then the next">
          First violation
        </button>
        <label>
          Speed{' '}
          <select id="speed">
            <option value="2">2 events/s</option>
            <option value="5" selected>
              5 events/s
            </option>
            <option value="20">20 events/s</option>
            <option value="60">60 events/s</option>
          </select>
        </label>
        <label>
          Request <input id="request" list="requests" placeholder="all" size={9} autocomplete="off" spellcheck={false} />
          <datalist id="requests" />
        </label>
        <label>
          Axis{' '}
          <select id="axis-kind">
            <option value="time">time</option>
            <option value="steps">event by event</option>
          </select>
        </label>
        <span class="zoom">
          <button type="button" id="closer" title="Closer (+)" aria-label="Zoom in">
            +
          </button>
          <button type="button" id="farther" title="Farther (−)" aria-label="Zoom out">
            −
          </button>
          <button type="button" id="whole" title="All of it (0)">
            All
          </button>
        </span>
      </div>
      <input type="range" id="slider" min="0" max="0" value="0" step="1" aria-label="Event" />
      <div id="event-now" aria-live="polite" />
    </section>
  );
}

const LEGEND: readonly BarKind[] = [
  'waiting',
  'backoff',
  'holding',
  'working',
  'paused',
  'hung',
  'ghost',
  'unleased',
  'forgotten',
  'fault',
  'down',
  'accepted',
  'revoking',
  'refused',
];

function Legend() {
  return (
    <ul class="legend">
      {LEGEND.map((kind) => (
        <li>
          <svg width="22" height="12" aria-hidden="true">
            <rect class={`bar ${kind}`} x="1" y="1" width="20" height="10" rx="2" />
          </svg>
          {BAR_KINDS[kind]}
        </li>
      ))}
    </ul>
  );
}

/** What tells kinds of bars apart without colour. */
function Hatches() {
  return (
    <svg width="0" height="0" class="hatches" aria-hidden="true">
      <defs>
        <pattern id="hatch-ghost" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="6" height="6" class="hatch-ghost-ground" />
          <rect width="2.4" height="6" class="hatch-ghost-line" />
        </pattern>
        <pattern id="hatch-unleased" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
          <rect width="6" height="6" class="hatch-unleased-ground" />
          <rect width="2" height="6" class="hatch-unleased-line" />
        </pattern>
        <pattern id="hatch-paused" width="5" height="5" patternUnits="userSpaceOnUse">
          <rect width="5" height="5" class="hatch-paused-ground" />
          <rect width="1.5" height="5" class="hatch-paused-line" />
        </pattern>
      </defs>
    </svg>
  );
}
