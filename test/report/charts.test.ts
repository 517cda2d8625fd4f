import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ResultFile } from '../../src/measure/result.js';
import { ticksBetween } from '../../src/report/charts/axes.js';
import { chartsOf } from '../../src/report/charts/catalogue.js';
import { planGantt } from '../../src/report/charts/gantt-plan.js';
import { preciseTime } from '../../src/report/charts/precise-time.js';
import { repeatCost } from '../../src/report/charts/retries.js';
import { DARK, LIGHT } from '../../src/report/charts/theme.js';
import { shownVariants } from '../../src/report/runs.js';
import { chartFixture } from './chart-fixture.js';
import { bareFixture, fixture } from './fixture.js';

interface PlainConfig {
  readonly data: {
    readonly datasets: readonly {
      readonly label: string;
      readonly data: readonly { x: unknown; y: unknown }[];
      readonly borderDash?: number[];
      readonly borderWidth?: number;
    }[];
  };
  readonly options: {
    readonly scales: Record<string, { title: { text: string }; max?: number; min?: number; type?: string }>;
    readonly plugins: { annotation?: { annotations: Record<string, Record<string, unknown>> } };
  };
}

/** As JSON: what a chart is made of, without functions. */
function config(kind: string, variant: number | undefined, theme = LIGHT, result = fixture()): PlainConfig {
  const entry = chartsOf(result).find((chart) => chart.kind === kind && chart.variant === variant);
  if (entry === undefined) throw new Error(`no chart ${kind}`);
  return JSON.parse(JSON.stringify(entry.build(theme))) as PlainConfig;
}

/** Of a result with everything that charts draw. */
const full = (kind: string, variant: number | undefined): PlainConfig => config(kind, variant, LIGHT, chartFixture());

const labels = (plain: PlainConfig): string[] => plain.data.datasets.map((dataset) => dataset.label);

describe('charts', () => {
  it('are these, for two variants with two accounts', () => {
    expect(chartsOf(fixture()).map((chart) => `${chart.kind} ${chart.variant ?? 'all'}`)).toEqual([
      'leak all',
      'latencies all',
      'slots 0',
      'account 0',
      'account 0',
      'gantt 0',
      'limit 0',
      'queue 0',
      'latency 0',
      'tail 0',
      'retries 0',
      'slots 1',
      'account 1',
      'account 1',
      'gantt 1',
      'limit 1',
      'queue 1',
      'latency 1',
      'tail 1',
      'retries 1',
    ]);
    const drawn = new Set(chartsOf(chartFixture()).map((chart) => chart.kind));
    for (const kind of ['runners', 'waits', 'refusals']) expect(drawn).toContain(kind);
    expect(chartsOf(bareFixture())).toEqual([]);
  });

  it('show ghosts, live work and the limit over virtual time', () => {
    const slots = config('slots', 0);
    expect(labels(slots)).toEqual(['ghost: held by no live work', 'live work', 'limit']);
    expect(slots.data.datasets[0]?.data).toEqual([
      { x: 0, y: 0 },
      { x: 22, y: 2 },
      { x: 100, y: 2 },
      { x: 200, y: 2 },
    ]);
    expect(slots.options.scales['x']).toMatchObject({ max: 200, title: { text: 'virtual time' } });
  });

  it('mark the steps, the recovery and the ghosts in words', () => {
    const annotations = config('slots', 0).options.plugins.annotation?.annotations ?? {};
    expect(annotations['mark0']).toMatchObject({ value: 20, label: { content: '1' } });
    expect(annotations['mark1']).toMatchObject({ value: 60, label: { content: '2' } });
    expect(annotations['recovery']).toMatchObject({ xMin: 100, xMax: 200 });
    expect(annotations['ghostLabel']).toMatchObject({ content: '2 ghost slots, 356 slot-s lost' });
    expect(config('slots', 1).options.plugins.annotation?.annotations).not.toHaveProperty('ghostLabel');
  });

  it('put a bracket over each stretch with ghosts, as high as its ghosts', () => {
    const annotations = full('slots', 1).options.plugins.annotation?.annotations ?? {};
    expect(annotations['leak0']).toMatchObject({ xMin: 140, xMax: 200, yMin: 2, yMax: 2 });
    expect(annotations['leak1']).toMatchObject({ xMin: 40, xMax: 80, yMin: 1 });
    expect(annotations).not.toHaveProperty('leak2');
    expect(annotations['ghostLabel1']).toMatchObject({ content: '1 ghost slot, 40 slot-s lost' });
  });

  it('shade the time in which a step holds, up to the end of the run', () => {
    for (const kind of ['slots', 'gantt', 'queue', 'waits', 'refusals', 'limit']) {
      const annotations = full(kind, 0).options.plugins.annotation?.annotations ?? {};
      expect(annotations['window1'], kind).toMatchObject({ type: 'box', xMin: 20, xMax: 50 });
      expect(annotations['window3'], kind).toMatchObject({ xMin: 180, xMax: 200 });
      expect(annotations, kind).not.toHaveProperty('window2');
    }
    const forEver = [{ number: 1, atUs: 20_000_000, label: 'cut', toUs: 'Infinity' as unknown as number }];
    const result = fixture();
    const endless = { ...result, variants: result.variants.map((info) => ({ ...info, marks: forEver })) };
    expect(config('slots', 0, LIGHT, endless).options.plugins.annotation?.annotations['window1']).toMatchObject({ xMin: 20, xMax: 200 });
  });

  it('draw what leaks leave of the limit, also when that changes', () => {
    const limit = full('limit', 1);
    const at = (dataset: number, seconds: number): unknown => limit.data.datasets[dataset]?.data.findLast((point) => Number(point.x) <= seconds)?.y;
    expect(labels(limit)).toEqual(['limit', 'effective limit: less the ghosts']);
    expect([at(0, 50), at(1, 50), at(0, 120), at(1, 120), at(1, 200)]).toEqual([4, 3, 6, 6, 4]);
  });

  it('count wall time of a live run and virtual time of a simulated one', () => {
    const result = fixture();
    const live = (speed: number) => ({ ...result, runs: result.runs.map((run) => ({ ...run, live: { speed } as unknown as NonNullable<typeof run.live> })) });
    expect(config('slots', 0, LIGHT, live(1)).options.scales['x']?.title.text).toBe('wall time since the start');
    expect(config('queue', 0, LIGHT, live(10)).options.scales['x']?.title.text).toBe('virtual time, 10 times as fast as the wall clock');
  });

  it('draw the ghost part of a hold up to the end of the run', () => {
    const gantt = config('gantt', 0);
    const ghosts = gantt.data.datasets.find((dataset) => dataset.label.startsWith('ghost'));
    expect(ghosts?.data.map(({ x, y }) => ({ x, y }))).toEqual([
      { x: [22, 200], y: 'acme slot 1' },
      { x: [22, 200], y: 'acme slot 2' },
    ]);
    expect(labels(config('gantt', 1)).some((label) => label.startsWith('ghost'))).toBe(false);
    expect(gantt.options.scales['y']?.title.text).toContain('7 holds');
  });

  it('keep every ghost when there are too many slots and holds', () => {
    const run = shownVariants(fixture())[0]?.shown;
    if (run?.evidence === undefined) throw new Error('no evidence');
    const holds = Array.from({ length: 5000 }, (_, at) => ({
      account: 'acme',
      slot: at % 100,
      request: `req-${at}`,
      key: 'k',
      endpoint: 'e',
      fromUs: at,
      ghostFromUs: at % 100 === 99 ? at + 1 : undefined,
      toUs: at + 2,
    }));
    const plan = planGantt({ ...run, evidence: { ...run.evidence, holds } });
    expect(plan.rows).toHaveLength(40);
    expect(plan.rows).toContain('slot 100');
    expect(plan.holds.filter((hold) => hold.ghostFromUs !== undefined)).toHaveLength(50);
    expect(plan.holds.length).toBeLessThanOrEqual(2000);
    expect(plan.hiddenGhosts).toBe(0);
    const allHaunted = planGantt({ ...run, evidence: { ...run.evidence, holds: holds.map((hold) => ({ ...hold, ghostFromUs: hold.fromUs + 1 })) } });
    expect([allHaunted.rows.length, allHaunted.hiddenGhosts]).toEqual([100, 3000]);
    expect(plan.hiddenHolds).toBe(5000 + 7 - plan.holds.length);
  });

  it('put runners in rows where the result knows them, in the order that people count', () => {
    const runners = full('runners', 0) as PlainConfig & { data: { labels: string[] } };
    expect(runners.data.labels).toEqual(['flux/dev 2', 'flux/dev 10']);
    expect(runners.data.datasets.find((dataset) => dataset.label.startsWith('ghost'))?.data).toHaveLength(2);
    expect(chartsOf(fixture()).some((chart) => chart.kind === 'runners')).toBe(false);
  });

  it('keep failed and slow requests before long ones when there are too many holds', () => {
    const run = shownVariants(chartFixture())[0]?.shown;
    if (run?.evidence?.stories === undefined) throw new Error('no stories');
    const hold = { account: 'acme', slot: 0, key: 'k', endpoint: 'e', ghostFromUs: undefined };
    const holds = Array.from({ length: 2500 }, (_, at) => ({ ...hold, request: `req-${at}`, fromUs: at * 10, toUs: at * 10 + (at < 2000 ? 9 : 1) }));
    const [first] = run.evidence.stories.stories;
    if (first === undefined) throw new Error('no story');
    const stories = { ...run.evidence.stories, stories: [{ ...first, request: 'req-2400', reasons: ['failed' as const] }] };
    const plan = planGantt({ ...run, evidence: { ...run.evidence, holds, holdsHidden: 0, stories } });
    expect(plan.holds).toHaveLength(2000);
    expect(plan.holds.some((kept) => kept.request === 'req-2400')).toBe(true);
    expect(plan.holds.filter((kept) => kept.toUs === kept.fromUs + 1)).toHaveLength(1);
  });

  it('draw a percentile of a stretch only where enough requests started, and the longest wait wherever one did', () => {
    const waits = full('waits', 0);
    const drawn = (label: string): unknown[] => waits.data.datasets.find((dataset) => dataset.label.startsWith(label))?.data.map((point) => point.y) ?? [];
    const per = (values: unknown[]): unknown[] => values.filter((_, at) => at % 2 === 0).slice(0, 4);
    expect(per(drawn('p50'))).toEqual([100, 101, null, null]);
    expect(per(drawn('p95'))).toEqual([1900, null, null, null]);
    expect(per(drawn('p99'))).toEqual([2500, null, null, null]);
    expect(per(drawn('longest'))).toEqual([3100, 3101, 3102, null]);
    expect(new Set(waits.data.datasets.slice(0, 5).map((dataset) => `${dataset.borderDash} ${dataset.borderWidth}`)).size).toBe(5);
  });

  it('mark what expired on the ground line, apart from what was served', () => {
    const expired = full('waits', 0).data.datasets.find((dataset) => dataset.label.startsWith('expired'));
    expect(expired).toMatchObject({ showLine: false });
    expect(expired?.data.filter((point) => point.y === 0)).toEqual([{ x: 70, y: 0, count: 2 }]);
  });

  it('draw refusals by their limit, clients and the server apart', () => {
    const refusals = full('refusals', 0);
    const most = refusals.data.datasets.map((dataset) => Math.max(...dataset.data.map((point) => Number(point.y))));
    expect(most).toEqual([7, 5, 11, 13]);
  });

  it('draw the candidate solid, its baseline dashed and the other variants thin', () => {
    const latency = full('latency', 0);
    expect(labels(latency)).toEqual(['leaky (n = 50)', 'clean (n = 50)', 'baseline']);
    expect(latency.data.datasets.map((dataset) => [(dataset.borderDash ?? []).length > 0, dataset.borderWidth])).toEqual([
      [false, 3],
      [true, 1],
      [true, 2],
    ]);
    expect(latency.data.datasets[2]?.data).toEqual([
      { x: 1, y: 0 },
      { x: 1, y: 0.5 },
      { x: 650, y: 0.8 },
      { x: 5200, y: 1 },
    ]);
    expect(labels(full('latency', 1))).toEqual(['leaky (n = 50)', 'clean (n = 50)']);
  });

  it('draw the tail on two logarithmic scales, down to the rarest wait', () => {
    const tail = full('tail', 0);
    const points = tail.data.datasets[0]?.data ?? [];
    expect(points.map((point) => point.x)).toEqual([1, 1, 900, 7000, 40_000]);
    for (const [at, share] of [1, 0.6, 0.3, 0.1, 0.1].entries()) expect(points[at]?.y).toBeCloseTo(share);
    expect(tail.options.scales['y']).toMatchObject({ type: 'logarithmic', min: 0.1, max: 1 });
  });

  it('draw a wait of zero at the floor of the logarithmic axis and say so', () => {
    const latency = config('latency', 0);
    expect(latency.data.datasets[0]?.data.slice(0, 3)).toEqual([
      { x: 1, y: 0 },
      { x: 1, y: 0.4 },
      { x: 900, y: 0.7 },
    ]);
    expect(latency.options.scales['x']?.title.text).toContain('≤ 1ms drawn at 1ms');
    expect(labels(latency)).toEqual(['leaky (n = 50)', 'clean (n = 50)']);
  });

  it('keep client and server apart, and count repeats from zero', () => {
    const retries = config('retries', 0);
    expect(retries.data.datasets.map((dataset) => dataset.data.slice(0, 5))).toEqual([
      [40, 7, 0, 0, 3],
      [30, 12, 0, 0, 0],
    ]);
    expect((retries as PlainConfig & { data: { labels: string[] } }).data.labels.at(-1)).toBe('gave up');
  });

  it('cost what attempts and back-off say', () => {
    const run = shownVariants(chartFixture())[0]?.shown;
    if (run?.evidence === undefined) throw new Error('no evidence');
    expect(repeatCost(run, run.evidence)).toEqual({ calls: 50, attempts: 69, amplification: 1.38, backoffShare: 0.2, listed: 1, requests: 443 });
  });

  it('tell lines apart without colour', () => {
    const dashes = config('leak', undefined).data.datasets.map((dataset) => JSON.stringify(dataset.borderDash));
    expect(new Set(dashes).size).toBe(2);
  });

  it('differ between light and dark in colours only', () => {
    const shape = (plain: PlainConfig): unknown => plain.data.datasets.map((dataset) => dataset.data);
    expect(shape(config('slots', 0, DARK))).toEqual(shape(config('slots', 0)));
    expect(JSON.stringify(config('slots', 0, DARK))).not.toBe(JSON.stringify(config('slots', 0)));
  });
});

describe('charts of other results', () => {
  const older = JSON.parse(readFileSync('test/results/fixtures/result-v1.json', 'utf8')) as ResultFile;

  it('are drawn from a result of schema version 1 too, as far as that goes', () => {
    const kinds = new Set(chartsOf(older).map((chart) => chart.kind));
    for (const kind of ['slots', 'gantt', 'limit', 'queue', 'latency', 'tail', 'retries', 'leak'] as const) expect(kinds).toContain(kind);
    for (const kind of ['runners', 'waits', 'refusals'] as const) expect(kinds).not.toContain(kind);
    for (const chart of chartsOf(older)) expect(chart.build(LIGHT).data.datasets.length, chart.title).toBeGreaterThan(0);
  });

  it('keep long names out of the way of what they show, and rows of different names apart', () => {
    const long = 'name '.repeat(200);
    const result = chartFixture({ key: long, account: long, variant: long });
    for (const chart of chartsOf(result)) {
      const drawn = JSON.parse(JSON.stringify(chart.build(LIGHT))) as PlainConfig;
      for (const label of labels(drawn)) expect(label.length, chart.kind).toBeLessThan(80);
    }
    const run = shownVariants(result)[0]?.shown;
    if (run === undefined) throw new Error('no run');
    expect(planGantt(run).rows.filter((row) => row.startsWith('name'))).toHaveLength(3);
  });
});

describe('the axis of time', () => {
  it('counts in units that people count in, also where a round number of steps does not fit', () => {
    expect(ticksBetween(0, 2700).map((seconds) => preciseTime(seconds, 600))).toEqual(['0s', '10m', '20m', '30m', '40m']);
    expect(ticksBetween(0, 200)).toEqual([0, 30, 60, 90, 120, 150, 180]);
    expect(ticksBetween(99.93, 100.11).map((seconds) => preciseTime(seconds, 0.05))).toEqual(['1m 39.95s', '1m 40s', '1m 40.05s', '1m 40.1s']);
  });

  it('names times so exactly that neighbours differ', () => {
    expect([preciseTime(0, 1), preciseTime(0.05, 0.01), preciseTime(59.9, 1)]).toEqual(['0s', '50ms', '59.9s']);
    expect([preciseTime(8415, 15), preciseTime(90_000, 3600), preciseTime(119.999, 1)]).toEqual(['2h 20m 15s', '1d 1h', '2m']);
  });
});
