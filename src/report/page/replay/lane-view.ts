import { LANE_GROUPS, type Lane, type ShownEvent } from '../../../replay/replay.js';
import type { Axis } from '../../replay/axis.js';
import type { ReplayModel } from '../../replay/replay-model.js';
import { byId, make, makeSvg } from './elements.js';
import { drawLane, LANE_HEIGHT_PX } from './lane-drawing.js';

type Row = { readonly heading: string } | { readonly lane: Lane };

const TICK_ROOM_PX = 110;
/** Rows beyond the edge that are drawn all the same, so that scrolling shows no gaps. */
const SPARE_ROWS = 4;

/** What a click on the lanes asks for. */
export interface LaneWishes {
  goTo(event: number): void;
  filter(request: string): void;
}

/** The lanes: only rows and bars that can be seen are in the document. */
export class LaneView {
  private readonly scroller = byId('lanes');
  private readonly body = byId('lane-rows');
  private readonly axisBox = byId('axis');
  private readonly playhead = make('div');
  private rows: Row[] = [];
  private drawn: HTMLElement[] = [];
  private event: ShownEvent | undefined;

  constructor(
    private readonly model: ReplayModel,
    private readonly axis: Axis,
    wishes: LaneWishes,
  ) {
    this.playhead.id = 'playhead';
    this.scroller.addEventListener('scroll', () => this.drawRows());
    addEventListener('resize', () => this.draw());
    this.scroller.addEventListener('click', (click) => follow(click, wishes));
  }

  /** Draws everything anew: after a filter, a zoom, another width. */
  draw(): void {
    this.rows = rowsOf(this.model.lanes);
    this.body.style.height = `${this.rows.length * LANE_HEIGHT_PX}px`;
    this.body.replaceChildren(this.playhead);
    this.drawn = [];
    this.drawAxis();
    this.drawRows();
    this.placePlayhead();
  }

  /** Moves to an event; the axis follows it. */
  show(event: ShownEvent): void {
    this.event = event;
    if (this.axis.follow({ atUs: event.atUs, event: event.number })) this.draw();
    else this.placePlayhead();
  }

  /** Brings the lane of a request into sight. */
  reveal(request: string): void {
    const at = this.rows.findIndex((row) => 'lane' in row && row.lane.label === request);
    const top = at * LANE_HEIGHT_PX;
    const { scrollTop, clientHeight } = this.scroller;
    if (at >= 0 && (top < scrollTop || top > scrollTop + clientHeight - LANE_HEIGHT_PX)) this.scroller.scrollTop = top - clientHeight / 2;
  }

  private get widthPx(): number {
    return Math.max(60, this.axisBox.clientWidth);
  }

  private drawRows(): void {
    const first = Math.max(0, Math.floor(this.scroller.scrollTop / LANE_HEIGHT_PX) - SPARE_ROWS);
    const count = Math.ceil(this.scroller.clientHeight / LANE_HEIGHT_PX) + 2 * SPARE_ROWS;
    const shown = this.rows.slice(first, first + count).map((row, n) => this.row(row, first + n));
    for (const old of this.drawn) old.remove();
    this.drawn = shown;
    this.body.append(...shown);
  }

  private row(row: Row, at: number): HTMLElement {
    const element = make('div', 'heading' in row ? 'lane heading' : 'lane', 'heading' in row ? row.heading : '');
    element.style.top = `${at * LANE_HEIGHT_PX}px`;
    if ('heading' in row) return element;
    const { lane } = row;
    const track = make('div', 'lane-track');
    track.append(drawLane(lane, this.axis, this.widthPx));
    element.append(label(lane), track);
    return element;
  }

  private drawAxis(): void {
    const { axis, widthPx } = this;
    const svg = makeSvg('svg', { width: widthPx, height: 20 });
    for (const value of axis.ticks(widthPx / TICK_ROOM_PX)) {
      const x = axis.place({ atUs: value, event: value }) * widthPx;
      svg.append(makeSvg('line', { class: 'tick', x1: x, x2: x, y1: 14, y2: 20 }));
      svg.append(makeSvg('text', { x: x + 3, y: 12 }, axis.kind === 'time' ? `${Number((value / 1e6).toFixed(6))} s` : `event ${value}`));
    }
    this.axisBox.replaceChildren(svg);
  }

  private placePlayhead(): void {
    if (this.event === undefined) return;
    const place = this.axis.place({ atUs: this.event.atUs, event: this.event.number });
    this.playhead.hidden = place < 0 || place > 1;
    this.playhead.style.left = `${this.axisBox.offsetLeft - this.scroller.offsetLeft + place * this.widthPx}px`;
  }
}

function rowsOf(lanes: readonly Lane[]): Row[] {
  const rows: Row[] = [];
  let group = '';
  for (const lane of lanes) {
    if (lane.group !== group) rows.push({ heading: LANE_GROUPS[lane.group] });
    group = lane.group;
    rows.push({ lane });
  }
  return rows;
}

/** Requests can be filtered by. */
function label({ group, label: text }: Lane): HTMLElement {
  const element = group === 'requests' ? make('button', 'lane-label', text) : make('span', 'lane-label', text);
  element.title = group === 'requests' ? `Only what touches ${text}` : text;
  if (group === 'requests') element.dataset['request'] = text;
  return element;
}

function follow(click: MouseEvent, wishes: LaneWishes): void {
  const target = click.target instanceof Element ? click.target.closest('[data-event],[data-request]') : null;
  const { event, request } = (target as HTMLElement | SVGElement | null)?.dataset ?? {};
  if (request !== undefined) wishes.filter(request);
  else if (event !== undefined) wishes.goTo(Number(event));
}
