import { BAR_KINDS, type Levels, type ShownEvent, type ShownViolation } from '../../../replay/replay.js';
import { amiss, clockText, violationText } from '../../replay/event-course.js';
import type { LaneBar, ReplayModel, ScopeState } from '../../replay/replay-model.js';
import { byId, make } from './elements.js';

const MOST_LISTED = 60;
const HEADS = ['', 'counted', 'held', 'at work', 'limit', 'queue'];

/** What happened, and the state after it: what the limiter counts next to what runs. */
export class StateView {
  private readonly now = byId('event-now');
  private readonly body = byId('state-body');

  constructor(private readonly model: ReplayModel) {}

  show(step: number): void {
    const event = this.model.eventAt(step);
    if (event === undefined) return;
    const before = this.model.eventAt(step - 1);
    const since = before === undefined ? '' : ` (+${clockText(event.atUs - before.atUs)} s)`;
    const line = make('p');
    line.append(make('strong', '', `${clockText(event.atUs)} s`), make('span', 'muted', `${since} · event ${event.number} · `), make('span', '', event.text));
    this.now.replaceChildren(line, ...this.violations(event));
    this.body.replaceChildren(this.scopes(step), ...this.lists(event.number));
  }

  private violations({ number, atUs }: ShownEvent): HTMLElement[] {
    return this.model.violationsAt(number).map((violation) => {
      const said = make('p', 'broken', `▲ ${violationText(violation, atUs)}`);
      said.append(make('span', 'muted', concernedText(violation)), make('span', 'remedy-text', ` What to do next: ${violation.remedy}`));
      return said;
    });
  }

  private scopes(step: number): HTMLElement {
    const box = make('div', 'scroll');
    const table = make('table');
    table.append(make('caption', '', 'What admission counts and the slots held, next to the work that runs'));
    const head = table.createTHead().insertRow();
    for (const text of HEADS) head.append(make('th', text === '' ? '' : 'number', text));
    const body = table.createTBody();
    for (const scope of this.model.scopesAfter(step)) body.append(scopeRow(scope));
    box.append(table);
    return box;
  }

  private lists(event: number): HTMLElement[] {
    const bars = (groups: Parameters<ReplayModel['barsAfter']>[1]): LaneBar[] => this.model.barsAfter(event, groups);
    const waits = bars(['requests']).filter(({ bar }) => bar.kind === 'waiting' || bar.kind === 'backoff');
    return [
      ...list('Faults at work', bars(['story', 'parts']), 'slots', event),
      ...list('Slots', bars(['slots']), 'slots', event),
      ...list('Runners', bars(['runners']), 'slots', event),
      ...list('Queue', waits, 'requests', event),
    ];
  }
}

/** The key, slots and requests that a violation is about, beside the one it names. */
function concernedText({ key, leases, others }: ShownViolation): string {
  const words = [...(key === '' ? [] : [`key ${key}`]), ...leases.map((lease) => `lease ${lease}`), ...others.map((other) => `also ${other}`)];
  return words.length === 0 ? '' : ` (${words.join(', ')})`;
}

function scopeRow({ name, levels, settled, changed }: ScopeState): HTMLElement {
  const row = make('tr', changed ? 'differs' : '');
  const title = make('th', '', name.endpoint === undefined ? name.account : `${name.account} on ${name.endpoint}`);
  title.scope = 'row';
  const wrong = amiss(levels, settled);
  if (wrong !== undefined) title.append(make('span', 'range broken', wrong));
  row.append(title, ...numbers(levels).map((text) => make('td', 'number', text)));
  return row;
}

function numbers({ counted, held, running, limit, queued }: Levels): string[] {
  return [counted ?? '·', held, running, limit ?? 'none', queued ?? '·'].map(String);
}

/** A headed list; nothing where it is empty. */
function list(heading: string, bars: readonly LaneBar[], by: 'slots' | 'requests', event: number): HTMLElement[] {
  if (bars.length === 0) return [];
  const items = make('ul', 'holders');
  for (const { lane, bar } of bars.slice(0, MOST_LISTED)) {
    const who = by === 'slots' && bar.request !== undefined ? `${lane.label}: ${bar.request} ` : `${lane.label}: `;
    items.append(make('li', bar.kind, `${who}${BAR_KINDS[bar.kind]}, since ${clockText(bar.fromUs)} s${bar.fromEvent === event ? ' (now)' : ''}`));
  }
  if (bars.length > MOST_LISTED) items.append(make('li', '', `… and ${bars.length - MOST_LISTED} more`));
  return [make('h3', '', `${heading} (${bars.length})`), items];
}
