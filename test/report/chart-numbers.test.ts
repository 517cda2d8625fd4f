import { describe, expect, it } from 'vitest';
import type { Timeline } from '../../src/measure/timeline.js';
import { type ChartEntry, type ChartKind, chartsOf } from '../../src/report/charts/catalogue.js';
import { LIGHT } from '../../src/report/charts/theme.js';
import { formatMs, formatNumber, formatSeconds, formatShare } from '../../src/report/format.js';
import { renderHtml } from '../../src/report/html/document.js';
import { shownVariants } from '../../src/report/runs.js';
import { chartFixture } from './chart-fixture.js';

interface Point {
  readonly x: number;
  readonly y: number;
  readonly count?: number;
}

interface Line {
  readonly label: string;
  readonly data: readonly (Point | number)[];
}

const result = chartFixture();
const html = renderHtml(result, { pageScript: '' });
const charts = chartsOf(result);
const text = (markup: string): string =>
  markup
    .replace(/<[^>]*>/g, '')
    .replaceAll('&amp;', '&')
    .trim();

interface Figure {
  readonly captions: readonly string[];
  /** Cells of all rows of all tables. */
  readonly rows: readonly (readonly string[])[];
}

/** The figure that stands around the canvas of a chart. */
function figureOf(entry: ChartEntry): Figure {
  const account = entry.account === undefined ? '' : ` data-account="${entry.account}"`;
  const variant = entry.variant === undefined ? '' : ` data-variant="${entry.variant}"`;
  const canvas = html.indexOf(`data-chart="${entry.kind}"${variant}${account}`);
  expect(canvas, `canvas of ${entry.title}`).toBeGreaterThan(0);
  const markup = html.slice(html.lastIndexOf('<figure', canvas), html.indexOf('</figure>', canvas));
  expect(markup.match(/<figure/g), entry.title).toHaveLength(1);
  const rows = [...markup.matchAll(/<tr[^>]*>(.*?)<\/tr>/gs)].map(([, row]) => [...(row as string).matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/gs)]);
  return {
    captions: [...markup.matchAll(/<caption>(.*?)<\/caption>/gs)].map(([, caption]) => text(caption as string)),
    rows: rows.map((cells) => cells.map(([, cell]) => text(cell as string))),
  };
}

function linesOf(entry: ChartEntry): readonly Line[] {
  return entry.build(LIGHT).data.datasets as unknown as readonly Line[];
}

const pointsOf = (line: Line | undefined): Point[] => ((line?.data ?? []) as Point[]).filter((point) => Number.isFinite(point.y));
const chartsOfKind = (...kinds: ChartKind[]): ChartEntry[] => charts.filter((entry) => kinds.includes(entry.kind));
const levelText = (value: number): string => formatNumber(Number(value.toFixed(3)));

/** The cells of a column, by the first cell of their rows. */
function columnOf({ rows }: Figure, heading: string | RegExp): ReadonlyMap<string, string> {
  const head = rows.findLast((cells) => cells.some((cell) => (typeof heading === 'string' ? cell === heading : heading.test(cell))));
  if (head === undefined) throw new Error(`no column ${heading}`);
  const at = head.findIndex((cell) => (typeof heading === 'string' ? cell === heading : heading.test(cell)));
  return new Map(rows.slice(rows.indexOf(head) + 1).map((cells) => [cells[0] as string, cells[at] as string]));
}

const COLUMNS: Readonly<Record<string, string>> = {
  'ghost: held by no live work': 'Ghost',
  'live work': 'Live',
  limit: 'Limit',
  'effective limit: less the ghosts': 'Effective limit',
  'requests waiting': 'Waiting',
};

describe('every number of a chart stands in a table of its figure', () => {
  it('knows every kind of chart', () => {
    const kinds = ['leak', 'latencies', 'slots', 'account', 'gantt', 'runners', 'limit', 'queue', 'waits', 'latency', 'tail', 'retries', 'refusals'];
    expect([...new Set(charts.map((entry) => entry.kind))].sort()).toEqual(kinds.sort());
  });

  it.each(chartsOfKind('slots', 'account', 'limit', 'queue').map((entry) => [entry.title, entry] as const))('%s: levels over time', (_, entry) => {
    const figure = figureOf(entry);
    const { evidence } = shownVariants(result)[entry.variant ?? 0]?.shown ?? {};
    const timeline = (entry.account === undefined ? evidence?.timeline : evidence?.accountTimelines[entry.account]) as Timeline;
    const isCoarse = timeline.points.length > 40;
    expect(figure.captions.some((caption) => caption.includes('averages over') && caption.includes('result.json') === isCoarse)).toBe(true);
    for (const line of linesOf(entry)) {
      const column = columnOf(figure, COLUMNS[line.label] ?? line.label);
      const drawn = pointsOf(line);
      if (!isCoarse) for (const { x, y } of drawn.slice(0, -1)) expect(column.get(formatSeconds(x)), `${line.label} at ${x}`).toBe(levelText(y));
      const lowest = Math.min(...drawn.map((point) => point.y));
      const highest = Math.max(...drawn.map((point) => point.y));
      for (const cell of column.values()) {
        expect(Number(cell)).toBeGreaterThanOrEqual(lowest);
        expect(Number(cell)).toBeLessThanOrEqual(highest);
      }
    }
  });

  it.each(chartsOfKind('slots', 'account').map((entry) => [entry.title, entry] as const))('%s: what its brackets say', (_, entry) => {
    const annotations = annotationsOf(entry);
    const rows = figureOf(entry).rows.map((cells) => cells.join(' '));
    for (const [name, { content }] of Object.entries(annotations)) {
      if (!name.startsWith('ghostLabel')) continue;
      const [, ghosts, seconds] = /^([\d.,]+) ghost slots?, ([\d.,]+) slot-s lost$/.exec(content ?? '') ?? [];
      expect(
        rows.some((row) => row.endsWith(`${ghosts} ${seconds}`)),
        content,
      ).toBe(true);
    }
  });

  it.each(chartsOfKind('waits').map((entry) => [entry.title, entry] as const))('%s: waits, the oldest waiter and what expired', (_, entry) => {
    const figure = figureOf(entry);
    const headings = ['p50', 'p95', 'p99', 'max', 'Oldest waiter'];
    const lines = linesOf(entry);
    for (const [at, heading] of headings.entries()) {
      const column = columnOf(figure, heading);
      for (const { x, y } of everySecond(lines[at])) if (y > 0) expect(column.get(formatSeconds(x)), `${heading} at ${x}`).toBe(formatMs(y));
    }
    const expired = columnOf(figure, 'Expired');
    for (const { x, count } of pointsOf(lines[5])) expect(expired.get(formatSeconds(x - 10))).toBe(formatNumber(count ?? 0));
    expect(pointsOf(lines[5])).toHaveLength(1);
  });

  it.each(chartsOfKind('refusals').map((entry) => [entry.title, entry] as const))('%s: counts of each stretch', (_, entry) => {
    const figure = figureOf(entry);
    for (const line of linesOf(entry)) {
      const column = columnOf(figure, line.label);
      for (const { x, y } of everySecond(line)) if (y > 0) expect(column.get(formatSeconds(x)), `${line.label} at ${x}`).toBe(formatNumber(y));
    }
  });

  it.each(chartsOfKind('latency', 'tail').map((entry) => [entry.title, entry] as const))('%s: the curve and its baseline', (_, entry) => {
    const figure = figureOf(entry);
    const own = shownVariants(result)[entry.variant ?? 0]?.title ?? '';
    for (const line of linesOf(entry)) {
      const title = line.label.replace(/ \(n = .*/, '');
      if (title !== own && title !== 'baseline') continue;
      const column = columnOf(figure, title);
      // The floor of the axis stands for everything faster, the last point for the end of the axis.
      const inside = pointsOf(line).filter(({ x, y }) => x > 1 && (entry.kind === 'latency' || y < 1));
      const points = entry.kind === 'latency' ? inside : inside.slice(0, -1);
      expect(points.length).toBeGreaterThan(0);
      for (const { x, y } of points) expect(column.get(formatMs(x)), `${title} at ${x}`).toBe(formatShare(y));
    }
  });

  it.each(chartsOfKind('retries').map((entry) => [entry.title, entry] as const))('%s: counts of every bar', (_, entry) => {
    const { labels = [] } = entry.build(LIGHT).data;
    const headings = ['Calls repeated by their client', 'Requests put back by the server'];
    for (const [at, line] of linesOf(entry).entries()) {
      const column = columnOf(figureOf(entry), headings[at] as string);
      for (const [bin, label] of labels.entries()) expect(column.get(String(label))).toBe(formatNumber(line.data[bin] as number));
    }
  });

  it.each(chartsOfKind('gantt', 'runners').map((entry) => [entry.title, entry] as const))('%s: both ends of every bar', (_, entry) => {
    const rows = figureOf(entry).rows;
    const bars = linesOf(entry).flatMap(({ data }) => data as unknown as { x: [number, number]; y: string; hold: { request: string } }[]);
    expect(bars.length).toBeGreaterThan(0);
    for (const { x, y, hold } of bars) {
      const row = rows.find((cells) => cells[0] === y && cells[1] === hold.request) ?? [];
      for (const seconds of x)
        expect(row.includes(formatSeconds(seconds)) || (seconds === 200 && row.includes('never')), `${hold.request} ${seconds}`).toBe(true);
    }
  });

  it('Leak growth: what every variant had lost in the end', () => {
    const [entry] = chartsOfKind('leak') as [ChartEntry];
    for (const line of linesOf(entry)) expect(columnOf(figureOf(entry), line.label).get('100 %')).toBe(formatNumber(Math.round(pointsOf(line).at(-1)?.y ?? 0)));
  });

  it('Queue latency of all variants: the same curves as those of the variants', () => {
    const [entry] = chartsOfKind('latencies') as [ChartEntry];
    const singles = chartsOfKind('latency').flatMap(linesOf);
    for (const line of linesOf(entry)) expect(singles.find((single) => single.label === line.label)?.data).toEqual(line.data);
  });

  it('says under each table what it holds, and names the rows and columns', () => {
    for (const entry of charts) for (const caption of figureOf(entry).captions) expect(caption.length).toBeGreaterThan(10);
    expect(html).not.toMatch(/<th(?![^>]*scope=)[ >]/);
  });
});

function annotationsOf(entry: ChartEntry): Record<string, { readonly content?: string }> {
  const plugins = entry.build(LIGHT).options?.plugins as { readonly annotation?: { readonly annotations: Record<string, { readonly content?: string }> } };
  return plugins.annotation?.annotations ?? {};
}

/** The beginning of each stretch: charts draw both ends. */
function everySecond(line: Line | undefined): Point[] {
  return ((line?.data ?? []) as Point[]).filter((point, at) => at % 2 === 0 && Number.isFinite(point.y));
}
