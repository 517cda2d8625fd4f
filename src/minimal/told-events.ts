import type { Story } from '../fuzz/story.js';
import { runTrial } from '../fuzz/trial.js';
import type { Violation } from '../measure/invariants/checker.js';
import type { InvariantId } from '../measure/invariants/registry.js';
import type { MinimalEvent } from '../measure/minimal-trace.js';
import type { Lane, ShownEvent } from '../replay/replay.js';
import { ReplayReader } from '../replay/replay-reader.js';
import { describeStep } from '../scenario/describe-step.js';
import { spanOf } from '../sim/run-span.js';

/** Events that are told. Of more, the first and those right before the violation. */
const MOST_TOLD = 200;
const LAST_TOLD = 50;
const WHOLE_RUN = { fromEvent: 1, toEvent: Number.POSITIVE_INFINITY, fromUs: 0, toUs: Number.POSITIVE_INFINITY, why: '' };

export interface ToldEvents {
  readonly events: readonly MinimalEvent[];
  readonly eventsHidden: number;
}

/** Runs a story once more and tells in words what happens until the law is broken. */
export function tellEvents(story: Story, seed: number, law: InvariantId): ToldEvents {
  const { steps } = spanOf(story.scenario, seed, []);
  const labelOf = (step: number): string => {
    const spec = steps[step - 1];
    return spec === undefined ? 'unknown' : describeStep(spec);
  };
  const reader = new ReplayReader(WHOLE_RUN, [], labelOf);
  const broken = runTrial(story, seed, reader).invariants.find(({ id }) => id === law)?.examples[0];
  if (broken === undefined) throw new Error(`the minimal story of ${law} does not break it any more with seed ${seed}`);
  const { events, lanes } = reader.finish();
  const until = events.filter(({ number }) => number <= broken.event);
  const marked = markOf(until, broken);
  const nameOf = laneNamer(story.scenario.platform.accounts.length);
  const told = until.map((event): MinimalEvent => {
    const { number, atUs, text } = event;
    return { number, atUs, text, lanes: lanesOf(event, lanes).map(nameOf), violates: number === marked };
  });
  if (told.length <= MOST_TOLD) return { events: told, eventsHidden: 0 };
  return { events: [...told.slice(0, MOST_TOLD - LAST_TOLD), ...told.slice(-LAST_TOLD)], eventsHidden: told.length - MOST_TOLD };
}

/** What a request does not do at the end is noticed then, but went wrong where the request was last heard of. */
function markOf(events: readonly ShownEvent[], { request }: Violation): number | undefined {
  const own = events.findLast((event) => request !== '' && event.request === request);
  return (own ?? events.at(-1))?.number;
}

/** The lanes on which something begins, ends or is marked with this event; else whom it is about. */
function lanesOf(event: ShownEvent, lanes: readonly Lane[]): string[] {
  const touched = lanes.filter(
    ({ bars, marks }) =>
      bars.some(({ fromEvent, toEvent }) => fromEvent === event.number || toEvent === event.number) || marks.some((mark) => mark.event === event.number),
  );
  if (touched.length > 0) return touched.map(({ label }) => label);
  const runner = lanes.find(({ group, label }) => group === 'runners' && label.startsWith(`runner ${event.runner} `));
  return [event.request ?? event.key ?? event.account ?? runner?.label].filter((name) => name !== undefined);
}

/** With one account a slot is known by its number. */
function laneNamer(accounts: number): (label: string) => string {
  return (label) => (accounts === 1 ? label.replace(/^.* (slot \d+)$/, '$1') : label);
}
