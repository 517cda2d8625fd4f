import type { ShownEvent } from '../../../replay/replay.js';
import type { Axis, AxisKind } from '../../replay/axis.js';
import type { ReplayModel } from '../../replay/replay-model.js';
import { byId, make } from './elements.js';
import { EventList } from './event-list.js';
import { LaneView } from './lane-view.js';
import { Player } from './player.js';
import { StateView } from './state-view.js';

const LONG_STEP = 10;
const PAN = 0.5;
/** Others can be typed. */
const MOST_OFFERED = 200;

/** Everything on the page, kept at the same event. */
export class ReplayScreen {
  private readonly lanes: LaneView;
  private readonly state: StateView;
  private readonly events: EventList;
  private readonly player: Player;
  private readonly request = byId<HTMLInputElement>('request');
  private readonly axisKind = byId<HTMLSelectElement>('axis-kind');
  private readonly violationButton = byId<HTMLButtonElement>('violation');

  constructor(
    private readonly model: ReplayModel,
    private readonly axis: Axis,
  ) {
    this.state = new StateView(model);
    this.lanes = new LaneView(model, axis, { goTo: (event) => this.goToEvent(event), filter: (request) => this.toggleFilter(request) });
    this.player = new Player(model, (step) => this.show(step));
    this.events = new EventList(model, (step) => this.player.goTo(step));
  }

  /** Draws the page at the event that it is about. */
  open(): void {
    const { replay } = this.model;
    byId('requests').append(...this.model.requests.slice(0, MOST_OFFERED).map((name) => Object.assign(make('option'), { value: name })));
    this.axisKind.value = this.axis.kind;
    this.violationButton.hidden = this.model.first === undefined;
    this.listen();
    this.filter(replay.request, replay.focusEvent);
    if (replay.request !== undefined) this.lanes.reveal(replay.request);
  }

  private listen(): void {
    this.violationButton.addEventListener('click', () => this.goToViolation());
    this.request.addEventListener('change', () => this.filter(this.request.value.trim() === '' ? undefined : this.request.value.trim(), this.now));
    this.axisKind.addEventListener('change', () => {
      this.axis.use(this.axisKind.value as AxisKind);
      this.lanes.draw();
    });
    byId('closer').addEventListener('click', () => this.zoom(1));
    byId('farther').addEventListener('click', () => this.zoom(-1));
    byId('whole').addEventListener('click', () => this.zoomOut());
    addEventListener('keydown', (press) => this.pressed(press));
  }

  private show(step: number): void {
    const event = this.model.eventAt(step);
    if (event === undefined) return;
    this.lanes.show(event);
    this.state.show(step);
    this.events.show(step);
    const { first } = this.model;
    this.violationButton.textContent = first !== undefined && event.number >= first.event ? 'Next violation' : 'First violation';
  }

  private get shown(): ShownEvent | undefined {
    return this.model.eventAt(this.player.step);
  }

  private get now(): number {
    return this.shown?.number ?? this.model.replay.focusEvent;
  }

  private goToEvent(event: number): void {
    this.player.goTo(this.model.stepOf(event));
  }

  private goToViolation(): void {
    const { first } = this.model;
    if (first === undefined) return;
    const event = this.now < first.event ? first.event : this.model.nextViolation(this.now);
    // What is filtered away cannot be shown.
    if (event !== undefined && this.model.eventAt(this.model.stepOf(event))?.number !== event) this.filter(undefined, event);
    else if (event !== undefined) this.goToEvent(event);
  }

  private toggleFilter(request: string): void {
    this.filter(this.model.request === request ? undefined : request, this.now);
  }

  private filter(request: string | undefined, event: number): void {
    this.model.filter(request);
    this.request.value = this.model.request ?? '';
    this.lanes.draw();
    this.events.draw();
    this.player.restart(event);
  }

  private zoom(by: 1 | -1): void {
    const event = this.shown;
    if (event !== undefined) this.axis.zoom(by, { atUs: event.atUs, event: event.number });
    this.lanes.draw();
  }

  private zoomOut(): void {
    this.axis.all();
    this.lanes.draw();
  }

  private pan(share: number): void {
    this.axis.pan(share);
    this.lanes.draw();
  }

  private pressed(press: KeyboardEvent): void {
    if (press.ctrlKey || press.metaKey || press.altKey || belongsTo(press.target, press.key)) return;
    const action = this.actionOf(press);
    if (action === undefined) return;
    press.preventDefault();
    action();
  }

  private actionOf({ key, shiftKey }: KeyboardEvent): (() => void) | undefined {
    const { player } = this;
    const by = shiftKey ? LONG_STEP : 1;
    const actions: Readonly<Record<string, () => void>> = {
      ArrowRight: () => player.goTo(player.step + by),
      ArrowLeft: () => player.goTo(player.step - by),
      Home: () => player.goTo(0),
      End: () => player.goTo(player.last),
      ' ': () => player.togglePlay(),
      v: () => this.goToViolation(),
      V: () => this.goToViolation(),
      '+': () => this.zoom(1),
      '=': () => this.zoom(1),
      '-': () => this.zoom(-1),
      '0': () => this.zoomOut(),
      '[': () => this.pan(-PAN),
      ']': () => this.pan(PAN),
    };
    return Object.hasOwn(actions, key) ? actions[key] : undefined;
  }
}

/** Keys belong to whoever is written into, or chosen in; space to the button that has the focus. */
function belongsTo(target: EventTarget | null, key: string): boolean {
  if (target instanceof HTMLInputElement) return target.type !== 'range';
  if (target instanceof HTMLButtonElement) return key === ' ';
  return target instanceof HTMLSelectElement;
}
