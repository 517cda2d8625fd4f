import type { Mark } from '../../measure/result.js';
import { formatSeconds, plural } from '../format.js';
import type { RequestRow } from '../requests/request-rows.js';
import { type ShownSpan, shownGhosts, shownSpans, spanWord } from '../requests/span-words.js';

const LANE_PX = 18;
/** A span is never thinner than this, percent of the width. */
const THINNEST = 0.5;
const MOST_MARKS = 12;

/** The way of one request, one lane a kind of span, and the same as a list. Drawn here and, for rows opened later, in the page. */
export function Waterfall({ row: { story, endUs, seed, variant }, marks }: { row: RequestRow; marks: readonly Mark[] }) {
  const spans = shownSpans(story, endUs);
  const ghosts = shownGhosts(story, endUs);
  const fromUs = story.calledUs;
  const toUs = Math.max(fromUs + 1, ...[...spans, ...ghosts].map((span) => span.toUs), story.endedUs ?? 0);
  const x = (us: number): number => Number((((us - fromUs) / (toUs - fromUs)) * 100).toFixed(3));
  const within = marks.filter(({ atUs }) => atUs >= fromUs && atUs <= toUs).slice(0, MOST_MARKS);
  const kinds = [...new Set(spans.map((span) => span.kind))];
  return (
    <div class="waterfall">
      <div class="lanes" aria-hidden="true">
        {kinds.map((kind) => (
          <Lane kind={kind} spans={spans.filter((span) => span.kind === kind)} ghosts={ghosts} marks={within} x={x} />
        ))}
        <div class="lane axis">
          <span class="muted">virtual time</span>
          <span class="ends">
            <span>{seconds(fromUs)}</span>
            <span>{seconds(toUs)}</span>
          </span>
        </div>
      </div>
      <ol class="spans">
        {spans.map((span) => (
          <li>{spanText(span)}</li>
        ))}
        {ghosts.map((ghost) => (
          <li>{spanText(ghost)}, while the above went on</li>
        ))}
      </ol>
      {story.spansHidden > 0 ? <p class="muted">{plural(story.spansHidden, 'more stretch', 'more stretches')} left out.</p> : null}
      {within.length === 0 ? null : (
        <p class="muted">Meanwhile: {within.map(({ number, label, atUs }) => `step ${number} (${label}) at ${seconds(atUs)}`).join('; ')}.</p>
      )}
      <p class="muted">
        {story.mode} of {story.key} for {story.endpoint}
        {variant === undefined ? '' : `, variant ${variant}`}, seed {seed}: called {seconds(story.calledUs)},{' '}
        {story.startedUs == null ? 'never started' : `first started ${seconds(story.startedUs)}`},{' '}
        {story.endedUs == null ? `not ended (${story.outcome})` : `ended ${seconds(story.endedUs)} as ${story.outcome}`}; {plural(story.attempts, 'attempt')} of
        its client, {plural(story.requeues, 'requeue')} by the server.
      </p>
    </div>
  );
}

interface LaneParts {
  readonly kind: string;
  readonly spans: readonly ShownSpan[];
  /** Drawn over the spans: what else was so meanwhile. */
  readonly ghosts: readonly ShownSpan[];
  readonly marks: readonly Mark[];
  readonly x: (us: number) => number;
}

function Lane({ kind, spans, ghosts, marks, x }: LaneParts) {
  const bars = [...spans, ...spans.flatMap((span) => overlaps(span, ghosts))];
  return (
    <div class="lane">
      <span>{spanWord(kind)}</span>
      {/* biome-ignore lint/a11y/noSvgWithoutTitle: the list below says it all */}
      <svg height={LANE_PX} width="100%">
        {bars.map((bar) => {
          const { fromUs, toUs } = bar;
          const left = Math.min(x(fromUs), 100 - THINNEST);
          return (
            <rect x={`${left}%`} width={`${Number(Math.max(THINNEST, x(toUs) - left).toFixed(3))}%`} y={3} height={LANE_PX - 6} class={`span ${bar.kind}`} />
          );
        })}
        {marks.map(({ atUs }) => (
          <line x1={`${x(atUs)}%`} x2={`${x(atUs)}%`} y1={0} y2={LANE_PX} class="mark" />
        ))}
      </svg>
    </div>
  );
}

/** The parts of ghosts that lie within a span. */
function overlaps(span: ShownSpan, ghosts: readonly ShownSpan[]): ShownSpan[] {
  if (span.kind === 'ghost') return [];
  const parts = ghosts.map((ghost) => ({ ...ghost, fromUs: Math.max(ghost.fromUs, span.fromUs), toUs: Math.min(ghost.toUs, span.toUs) }));
  return parts.filter(({ fromUs, toUs }) => toUs > fromUs);
}

function spanText({ kind, fromUs, toUs, open }: ShownSpan): string {
  return `${seconds(fromUs)} to ${open ? 'the end of the run' : seconds(toUs)}: ${spanWord(kind)} (${formatSeconds((toUs - fromUs) / 1e6)})`;
}

function seconds(us: number): string {
  return formatSeconds(us / 1e6);
}
