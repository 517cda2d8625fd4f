import { BAR_KINDS, type Bar, type Lane, type LaneMark, type MarkKind } from '../../../replay/replay.js';
import type { Axis } from '../../replay/axis.js';
import { clockText } from '../../replay/event-course.js';
import { makeSvg } from './elements.js';

export const LANE_HEIGHT_PX = 22;
const LABEL_FROM_PX = 20;
const CHARACTER_PX = 6.5;
const LEAST_WIDTH_PX = 1;
const GLYPHS: Readonly<Record<MarkKind, string>> = { violation: '▲', step: '◆', crash: '✖', message: '✉', refusal: '⊘', end: '●', note: '◇' };
/** Small marks for what happens to every request. */
const GLYPH_SIZES: Readonly<Partial<Record<MarkKind, number>>> = { end: 6, note: 9 };

/** Bars and marks of one lane, as far as they can be seen. */
export function drawLane(lane: Lane, axis: Axis, widthPx: number): SVGSVGElement {
  const svg = makeSvg('svg', { width: widthPx, height: LANE_HEIGHT_PX });
  drawBars(svg, lane, axis, widthPx);
  drawMarks(svg, lane.marks, axis, widthPx);
  return svg;
}

function drawBars(svg: SVGSVGElement, lane: Lane, axis: Axis, widthPx: number): void {
  let drawnTo = Number.NEGATIVE_INFINITY;
  let drawnKind = '';
  for (const bar of lane.bars) {
    const extent = axis.extent(bar);
    // What lasts no time has no length on an axis of time.
    if (extent === undefined || (axis.kind === 'time' && bar.fromUs === bar.toUs)) continue;
    const left = extent[0] * widthPx;
    const right = Math.max(left + LEAST_WIDTH_PX, extent[1] * widthPx);
    // What would cover the same spot in the same way need not be drawn again.
    if (right <= drawnTo && bar.kind === drawnKind) continue;
    svg.append(barShape(lane, bar, left, right));
    drawLabel(svg, bar, left, right);
    drawnTo = right;
    drawnKind = bar.kind;
  }
}

function barShape(lane: Lane, bar: Bar, left: number, right: number): SVGRectElement {
  const isWide = right - left > 3;
  const rect = makeSvg('rect', {
    class: `bar ${bar.kind}`,
    x: left + (isWide ? 0.5 : 0),
    y: 3.5,
    width: Math.max(LEAST_WIDTH_PX, right - left - (isWide ? 1 : 0)),
    height: LANE_HEIGHT_PX - 7,
    rx: isWide ? 2 : 0,
    'data-event': bar.fromEvent,
  });
  const until = bar.toUs === null ? 'on' : `${clockText(bar.toUs)} s`;
  const who = bar.request ?? lane.label;
  rect.append(makeSvg('title', {}, `${who}: ${BAR_KINDS[bar.kind]}\nfrom ${clockText(bar.fromUs)} s ${bar.toUs === null ? until : `to ${until}`}`));
  return rect;
}

function drawLabel(svg: SVGSVGElement, { request, kind }: Bar, left: number, right: number): void {
  if (request === undefined || right - left < LABEL_FROM_PX) return;
  // Where the whole name has no room, its number has: req-17, 17.
  const fits = Math.floor((right - left - 8) / CHARACTER_PX);
  const text = request.length <= fits ? request : request.replace(/^req-/, '');
  if (text.length > fits) return;
  const isHatched = kind === 'ghost' || kind === 'unleased' || kind === 'paused';
  svg.append(makeSvg('text', { class: `bar-label${isHatched ? ' on-ghost' : ''}`, x: left + 5, y: LANE_HEIGHT_PX - 7 }, text));
}

function drawMarks(svg: SVGSVGElement, marks: readonly LaneMark[], axis: Axis, widthPx: number): void {
  const taken = new Set<string>();
  for (const mark of marks) {
    const place = axis.place(mark);
    if (place < 0 || place > 1) continue;
    const x = Math.round(place * widthPx);
    // Marks of one kind on one spot would only darken each other.
    const spot = `${mark.kind} ${x}`;
    if (taken.has(spot)) continue;
    taken.add(spot);
    svg.append(markShape(mark, x, widthPx));
  }
}

function markShape(mark: LaneMark, x: number, widthPx: number): SVGTextElement {
  const size = GLYPH_SIZES[mark.kind] ?? 12;
  const shape = makeSvg(
    'text',
    { class: `mark ${mark.kind}`, x: Math.min(Math.max(6, x), widthPx - 6), y: LANE_HEIGHT_PX / 2 + size / 3, 'font-size': size, 'data-event': mark.event },
    GLYPHS[mark.kind],
  );
  shape.append(makeSvg('title', {}, `${clockText(mark.atUs)} s: ${mark.text}`));
  return shape;
}
