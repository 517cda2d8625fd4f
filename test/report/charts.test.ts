import { describe, expect, it } from 'vitest';
import { chartsOf } from '../../src/report/charts/catalogue.js';
import { planGantt } from '../../src/report/charts/gantt.js';
import { DARK, LIGHT } from '../../src/report/charts/theme.js';
import { renderPngs } from '../../src/report/png.js';
import { shownVariants } from '../../src/report/runs.js';
import { bareFixture, fixture } from './fixture.js';

interface PlainConfig {
  readonly data: {
    readonly datasets: readonly { readonly label: string; readonly data: readonly { x: unknown; y: unknown }[]; readonly borderDash?: number[] }[];
  };
  readonly options: {
    readonly scales: Record<string, { title: { text: string }; max?: number; min?: number }>;
    readonly plugins: { annotation?: { annotations: Record<string, Record<string, unknown>> } };
  };
}

/** As JSON: what a chart is made of, without functions. */
function config(kind: string, variant: number | undefined, theme = LIGHT): PlainConfig {
  const entry = chartsOf(fixture()).find((chart) => chart.kind === kind && chart.variant === variant);
  if (entry === undefined) throw new Error(`no chart ${kind}`);
  return JSON.parse(JSON.stringify(entry.build(theme))) as PlainConfig;
}

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
      'queue 0',
      'latency 0',
      'retries 0',
      'slots 1',
      'account 1',
      'account 1',
      'gantt 1',
      'queue 1',
      'latency 1',
      'retries 1',
    ]);
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
    expect(annotations['ghostLabel']).toMatchObject({ content: '2 ghost slots' });
    expect(config('slots', 1).options.plugins.annotation?.annotations).not.toHaveProperty('ghostLabel');
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

describe('pictures', () => {
  it('have safe names and are PNG files of the same bytes each time', async () => {
    const result = fixture({ variant: '../Leaky "1"' });
    const [first, second] = [await renderPngs(result), await renderPngs(result)];
    expect(first.map((picture) => picture.name)).toContain('slots-leaky-1.png');
    expect(first.map((picture) => picture.name)).toContain('account-leaky-1-acme.png');
    expect(new Set(first.map((picture) => picture.name)).size).toBe(first.length);
    for (const [at, { name, png }] of first.entries()) {
      expect(name).toMatch(/^[a-z0-9-]+\.png$/);
      expect(png.subarray(1, 4).toString()).toBe('PNG');
      expect(png.equals(second[at]?.png ?? Buffer.alloc(0))).toBe(true);
    }
    expect(await renderPngs(bareFixture())).toEqual([]);
  });
});
