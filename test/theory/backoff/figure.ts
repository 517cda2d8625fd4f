import type { Comparison, Waiting } from './comparison.js';

/** One colour a limit, told apart by those who do not see all colours. */
const COLOURS: Readonly<Record<number, string>> = { 2: '#b3400f', 10: '#6a3d9a', 40: '#1167b1' };
const INK = '#24292f';
const GRID = '#d8dee4';
const WIDTH = 920;
const HEIGHT = 400;
const TOP = 64;
const BOTTOM = 340;
const LINE_HEIGHT = 15;

interface Curve {
  readonly colour: string;
  readonly dashed: boolean;
  readonly label: string;
  readonly points: readonly (readonly [load: number, value: number])[];
}

interface PanelOptions {
  readonly title: string;
  readonly left: number;
  readonly right: number;
  readonly ticks: readonly number[];
  /** 0 to 1 within the panel, from the bottom; outside of it nothing is drawn. */
  readonly height: (value: number) => number;
}

/** One system of axes: load to the right, a value upwards. */
class Panel {
  private static readonly FROM = 0.5;
  private static readonly TO = 0.95;

  constructor(private readonly options: PanelOptions) {}

  draw(curves: readonly Curve[]): string {
    return [this.axes(), ...curves.map((curve) => this.curve(curve)), ...this.names(curves)].join('\n');
  }

  private axes(): string {
    const { title, left, right, ticks } = this.options;
    const lines = ticks.map((tick) => {
      const y = this.y(tick);
      return `<line x1="${left}" x2="${right}" y1="${y}" y2="${y}" stroke="${GRID}"/>${label(left - 8, Number(y) + 4, String(tick), 'end')}`;
    });
    const loads = [0.5, 0.7, 0.85, 0.9, 0.95].map((load) => label(Number(this.x(load)), BOTTOM + 20, String(load), 'middle'));
    return [
      `<text x="${left}" y="${TOP - 18}" font-weight="600">${title}</text>`,
      ...lines,
      ...loads,
      label((left + right) / 2, BOTTOM + 42, 'load', 'middle'),
    ].join('\n');
  }

  private curve({ colour, dashed, points }: Curve): string {
    const inside = this.inside(points);
    const path = inside.map(([load, value]) => `${this.x(load)},${this.y(value)}`).join(' ');
    const dots = inside.map(
      ([load, value]) => `<circle cx="${this.x(load)}" cy="${this.y(value)}" r="3" fill="${dashed ? '#ffffff' : colour}" stroke="${colour}"/>`,
    );
    const dash = dashed ? ' stroke-dasharray="5 4"' : '';
    return [`<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"${dash}/>`, ...dots].join('\n');
  }

  /** Beside the ends of the curves, from top to bottom, moved down where two would lie on each other. */
  private names(curves: readonly Curve[]): string[] {
    const ends = curves.map((curve) => ({ curve, y: Number(this.y(this.inside(curve.points).at(-1)?.[1] ?? 0)) }));
    let free = 0;
    return ends
      .sort((a, b) => a.y - b.y)
      .map(({ curve, y }) => {
        const at = Math.max(y, free);
        free = at + LINE_HEIGHT;
        return `<text x="${this.options.right + 9}" y="${(at + 4).toFixed(1)}" fill="${curve.colour}">${curve.label}</text>`;
      });
  }

  private inside(points: Curve['points']): Curve['points'] {
    return points.filter(([, value]) => this.options.height(value) >= 0);
  }

  private x(load: number): string {
    const { left, right } = this.options;
    return (left + ((load - Panel.FROM) / (Panel.TO - Panel.FROM)) * (right - left)).toFixed(1);
  }

  private y(value: number): string {
    return (BOTTOM - this.options.height(value) * (BOTTOM - TOP)).toFixed(1);
  }
}

/** Mean waits and idle slots by load, as SVG. */
export function drawWaits(comparisons: readonly Comparison[]): string {
  const limits = [...new Set(comparisons.map(({ limit }) => limit))];
  const curve = (limit: number, waiting: Waiting, value: (one: Comparison) => number): Curve => ({
    colour: COLOURS[limit] ?? INK,
    dashed: waiting === 'fifo',
    label: `${limit}, ${waiting}`,
    points: comparisons.filter((one) => one.limit === limit).map((one) => [one.load, value(one)]),
  });
  const waits = new Panel({
    title: 'Mean wait, s (logarithmic)',
    left: 60,
    right: 390,
    ticks: [0.01, 0.1, 1, 10, 100, 1000],
    height: (s) => (Math.log10(s) + 2) / 5,
  });
  const idle = new Panel({
    title: 'Slots idle while requests wait, % of slot-time',
    left: 540,
    right: 830,
    ticks: [0, 5, 10, 15, 20, 25],
    height: (percent) => percent / 25,
  });
  const both: readonly Waiting[] = ['backoff', 'fifo'];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="13" fill="${INK}" role="img">`,
    '<title>Waits under requeueing with backoff, and first come, first served, for limits of 2, 10 and 40</title>',
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    label(60, 24, 'By limit. Solid: fal-documented (requeue with backoff). Dashed: waiting: fifo.', 'start'),
    waits.draw(limits.flatMap((limit) => both.map((waiting) => curve(limit, waiting, ({ summary }) => summary[waiting].meanWait.mean)))),
    idle.draw(limits.map((limit) => curve(limit, 'backoff', ({ summary }) => summary.backoff.idleBesideQueue.mean * 100))),
    '</svg>\n',
  ].join('\n');
}

function label(x: number, y: number, text: string, anchor: 'start' | 'middle' | 'end'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${text}</text>`;
}
