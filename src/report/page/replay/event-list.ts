import { clockText } from '../../replay/event-course.js';
import type { ReplayModel } from '../../replay/replay-model.js';
import { byId, make } from './elements.js';

const ROW_PX = 24;
const SPARE_ROWS = 6;

/** The events that are stepped through, one a line; only those in sight are in the document. */
export class EventList {
  private readonly box = byId('events');
  private readonly body = byId('event-rows');
  private step = 0;

  /** @param go told which step was clicked on */
  constructor(
    private readonly model: ReplayModel,
    go: (step: number) => void,
  ) {
    this.box.addEventListener('scroll', () => this.draw());
    addEventListener('resize', () => this.draw());
    this.box.addEventListener('click', (click) => {
      const row = click.target instanceof Element ? click.target.closest<HTMLElement>('.event') : null;
      if (row !== null) go(Number(row.dataset['step']));
    });
  }

  /** Marks a step and brings it into sight. */
  show(step: number): void {
    this.step = step;
    const { clientHeight, scrollTop } = this.box;
    const top = step * ROW_PX;
    if (top < scrollTop || top > scrollTop + clientHeight - ROW_PX) this.box.scrollTop = top - clientHeight / 2;
    this.draw();
  }

  draw(): void {
    const { box, body, model } = this;
    body.style.height = `${model.places.length * ROW_PX}px`;
    const first = Math.max(0, Math.floor(box.scrollTop / ROW_PX) - SPARE_ROWS);
    const last = Math.min(model.places.length, Math.ceil((box.scrollTop + box.clientHeight) / ROW_PX) + SPARE_ROWS);
    body.replaceChildren(...Array.from({ length: Math.max(0, last - first) }, (_, n) => this.row(first + n)));
    box.setAttribute('aria-activedescendant', `step-${this.step}`);
  }

  private row(step: number): HTMLElement {
    const event = this.model.eventAt(step);
    if (event === undefined) throw new Error(`there is no step ${step}`);
    const breaks = this.model.violationsAt(event.number).length > 0;
    const row = make('div', `event ${event.tone}${breaks ? ' breaks' : ''}`);
    row.id = `step-${step}`;
    row.setAttribute('role', 'option');
    row.setAttribute('aria-selected', String(step === this.step));
    row.dataset['step'] = String(step);
    row.style.top = `${step * ROW_PX}px`;
    row.title = event.text;
    row.append(make('time', '', clockText(event.atUs)), event.text);
    return row;
  }
}
