import { describe, expect, it } from 'vitest';
import type { HeatMap, PlanResult, SensitivityRow } from '../../../src/measure/capacity/plan-result.js';
import type { Verdict } from '../../../src/measure/result.js';
import { LIGHT } from '../../../src/report/charts/theme.js';
import { formatMs, formatNumber } from '../../../src/report/format.js';
import { type PlanChart, planChartsOf } from '../../../src/report/plan/charts/catalogue.js';
import { HEAT_DARK, HEAT_LIGHT, heatRows, heatScale, heatStep } from '../../../src/report/plan/charts/heat-scale.js';
import { planPictures } from '../../../src/report/plan/charts/pictures.js';
import { renderPlanPage } from '../../../src/report/plan/page/plan-page.js';
import { columnOf, sectionOf, tablesOf, textOf } from './page-markup.js';
import { hopelessPlanFixture, planFixture, pointEvidence, quickPlanFixture, tracePlanFixture } from './plan-fixture.js';

interface Line {
  readonly label: string;
  readonly data: readonly { readonly x: number; readonly y: number }[];
}

const plan = planFixture();
const html = renderPlanPage(plan);
const traceHtml = renderPlanPage(tracePlanFixture());

function chartOf(of: PlanResult, kind: string): PlanChart {
  const chart = planChartsOf(of).find((one) => one.kind === kind);
  if (chart === undefined) throw new Error(`no chart ${kind}`);
  return chart;
}

type Content = string | string[] | ((drawn: { readonly chart: { readonly width: number } }) => string);

function annotationsOf(chart: PlanChart): Record<string, { readonly content?: Content; readonly label?: { readonly content: Content } }> {
  const plugins = chart.build(LIGHT).options?.plugins as unknown as { readonly annotation: { readonly annotations: Record<string, object> } } | undefined;
  return plugins?.annotation.annotations ?? {};
}

const wordsOn = (chart: PlanChart, width = 1_000): string[] =>
  Object.values(annotationsOf(chart)).flatMap(({ content, label }) => {
    const words = content ?? label?.content ?? [];
    return typeof words === 'function' ? words({ chart: { width } }) : words;
  });
const linesOf = (chart: PlanChart): readonly Line[] => chart.build(LIGHT).data.datasets as unknown as readonly Line[];

describe('the frontier', () => {
  const chart = chartOf(plan, 'frontier');
  const [table] = tablesOf(sectionOf(html, 'frontier') ?? '');
  const limits = columnOf(table, 'Limit');

  it.each(['p50', 'p95', 'p99'] as const)('has every mean and both ends of every interval of %s in the table beside it', (percentile) => {
    const column = columnOf(table, percentile);
    const [line, low, high] = [`${percentile} wait`, `band of ${percentile}: low`, `band of ${percentile}: high`].map((label) =>
      linesOf(chart).find((one) => one.label === label),
    );
    for (const [at, { x, y }] of (line?.data ?? []).entries()) {
      // What is shorter than the axis is drawn on its ground line.
      if (y <= 10) continue;
      const cell = column[limits.indexOf(formatNumber(x))];
      expect(cell).toBe(`${formatMs(y)} [${formatMs(low?.data[at]?.y ?? 0)}, ${formatMs(high?.data[at]?.y ?? 0)}]`);
    }
    expect(line?.data.some(({ y }) => y > 10)).toBe(true);
  });

  it('has the formula in a column that is called formula', () => {
    const formula = linesOf(chart).find(({ label }) => label === 'p95 by Erlang C (formula)');
    const column = columnOf(table, 'p95 by Erlang C (formula)');
    for (const { x, y } of formula?.data ?? []) if (y > 10) expect(column[limits.indexOf(formatNumber(x))]).toBe(formatMs(y));
  });

  it('marks the promise, the answer and the tiers in reach, and names the others', () => {
    expect(wordsOn(chart)).toEqual(['SLO: p95 < 2s', 'answer: 69']);
    expect(textOf(sectionOf(html, 'frontier') ?? '')).toContain('Tiers 2, 10, 20 and 40 lie beside the chart.');
    const tiers = { ...plan.tiers, tiers: [{ limit: 64 }, { limit: 69 }] };
    expect(wordsOn(chartOf({ ...plan, tiers }, 'frontier'))).toEqual(['SLO: p95 < 2s', 'tier 64', 'tier and answer: 69']);
  });

  it('draws no wait where the queue grows for ever, and says so', () => {
    const points = [50, 60, 61, 69].map((limit) => pointEvidence(limit));
    const unstable = { ...plan, frontier: { points, erlangCP95Ms: [null, null, 34_000, 1_730], sloMs: 2_000, sloPercentile: 95 } };
    const [own] = tablesOf(sectionOf(renderPlanPage(unstable), 'frontier') ?? '');
    expect(
      linesOf(chartOf(unstable, 'frontier'))
        .find(({ label }) => label === 'p95 wait')
        ?.data.map(({ y }) => Number.isNaN(y)),
    ).toEqual([true, true, false, false]);
    expect(columnOf(own, 'p95').slice(0, 2)).toEqual(['unstable', 'unstable']);
    expect(columnOf(own, 'p95 by Erlang C (formula)').slice(0, 2)).toEqual(['unstable', 'unstable']);
    expect(wordsOn(chartOf(unstable, 'frontier'))).toContain('the queue grows for ever');
    expect(textOf(sectionOf(renderPlanPage(unstable), 'frontier') ?? '')).toContain('At 2 of them the queue grows for ever');
  });

  it('can be drawn of a single limit, and of a promise that is not about waits', () => {
    const single = { ...plan, answer: { ...plan.answer, limit: undefined }, frontier: { points: [pointEvidence(69)], erlangCP95Ms: [null] } };
    const { options } = chartOf(single, 'frontier').build(LIGHT);
    for (const axis of ['x', 'y']) expect(Number(options?.scales?.[axis]?.max)).toBeGreaterThan(Number(options?.scales?.[axis]?.min));
    expect(wordsOn(chartOf(single, 'frontier'))).toEqual([]);
  });
});

describe('the heat map', () => {
  const section = sectionOf(html, 'heat-map') ?? '';
  const map = plan.heatMap as HeatMap;

  it('has a number in every cell: the largest limit on top, the lowest rate at the left', () => {
    const [table] = tablesOf(section);
    expect(table?.headings).toEqual(['Limit ╲ rate', '3/s', '4/s', '5/s', '6/s']);
    expect(table?.rows.map(([limit]) => limit)).toEqual(['80', '74', '69', '64', '60', '40tier']);
    for (const [at, row] of (table?.rows ?? []).entries())
      for (const [rate, cell] of row.slice(1).entries()) {
        const ms = map.p95Ms[map.limits.length - 1 - at]?.[rate];
        expect(cell).toContain(ms == null ? '∞' : formatMs(ms));
      }
  });

  it('says of every cell how it came out, to those who do not see its place', () => {
    const [table] = tablesOf(section);
    const words: Readonly<Record<Verdict, string>> = { pass: ', meets the SLOs', fail: ', does not meet the SLOs', undecided: ', undecided' };
    for (const [at, row] of (table?.rows ?? []).entries())
      for (const [rate, cell] of row.slice(1).entries())
        expect(cell.endsWith(words[map.verdicts[map.limits.length - 1 - at]?.[rate] ?? 'undecided'])).toBe(true);
  });

  it('draws its contour between what passes and what does not, and nowhere else', () => {
    const rows = heatRows(map, 2_000);
    for (const [y, row] of rows.entries())
      for (const [x, cell] of row.entries()) {
        const differs = (other: typeof cell | undefined): boolean => other !== undefined && (other.verdict === 'pass') !== (cell.verdict === 'pass');
        expect(cell.contourRight).toBe(differs(row[x + 1]));
        expect(cell.contourBelow).toBe(differs(rows[y + 1]?.[x]));
      }
    expect(rows.flat().some(({ contourRight }) => contourRight)).toBe(true);
    expect(rows.flat().some(({ contourBelow }) => contourBelow)).toBe(true);
  });

  it('keeps what is harder than a failing setting outside of its contour, and takes an undecided one in where a harder one passes', () => {
    const verdicts: Verdict[][] = [
      ['fail', 'pass', 'fail'],
      ['undecided', 'pass', 'undecided'],
      ['pass', 'undecided', 'fail'],
    ];
    const rows = heatRows({ ...map, limits: [13, 14, 15], ratesPerSecond: [0.9, 1, 1.1], p95Ms: verdicts.map((row) => row.map(() => 1_500)), verdicts }, 2_000);
    // From limit 15 down: inside are the first two columns of 15 and 14, and the island at limit 13 is not.
    expect(rows.map((row) => row.map(({ contourRight }) => contourRight))).toEqual([
      [false, true, false],
      [false, true, false],
      [false, false, false],
    ]);
    expect(rows.map((row) => row.map(({ contourBelow }) => contourBelow))).toEqual([
      [false, false, false],
      [true, true, false],
      [false, false, false],
    ]);
    expect(textOf(section)).toContain('an undecided one (?) inside only where a harder one passes');
  });

  it('marks the one cell where you are, and says so where that lies between cells', () => {
    expect(section.match(/you are here/g)).toHaveLength(1);
    const [table] = tablesOf(section);
    expect(table?.rows[2]?.[3]).toMatch(/^you are here1\.73s/);
    const between = renderPlanPage({ ...plan, heatMap: { ...map, here: { ratePerSecond: 4.5, limit: 69 } } });
    expect(textOf(sectionOf(between, 'heat-map') ?? '')).toContain('You are at 4.5/s at limit 69, between the cells.');
    expect(between).not.toContain('you are here');
  });

  it('counts slow traffic by the hour, all of it', () => {
    const slow = { ...map, ratesPerSecond: [0.01, 0.05, 0.1, 0.2], here: { ratePerSecond: 0.05, limit: 69 } };
    const [table] = tablesOf(sectionOf(renderPlanPage({ ...plan, heatMap: slow }), 'heat-map') ?? '');
    expect(table?.headings.slice(1)).toEqual(['36/h', '180/h', '360/h', '720/h']);
  });

  it('puts a question mark behind what is undecided, and explains each mark that it uses', () => {
    const verdicts = map.verdicts.map((row) => row.map((): Verdict => 'undecided'));
    const undecided = textOf(sectionOf(renderPlanPage({ ...plan, heatMap: { ...map, verdicts } }), 'heat-map') ?? '');
    expect(undecided).toContain('1.73s ?, undecided');
    expect(undecided).toContain('?: too few seeds');
    expect(textOf(section)).not.toContain('too few seeds');
    expect(textOf(section)).toContain('∞: the queue grows for ever');
  });

  it.each([
    ['light', HEAT_LIGHT],
    ['dark', HEAT_DARK],
  ])('has numbers with a contrast of at least 4.5 on every fill, %s', (_, steps) => {
    for (const { fill, text } of steps) expect(contrast(fill, text), fill).toBeGreaterThanOrEqual(4.5);
  });

  it('goes from step to step one way in lightness, as a scale must', () => {
    const light = HEAT_LIGHT.map(({ fill }) => luminance(fill));
    const dark = HEAT_DARK.map(({ fill }) => luminance(fill));
    expect(light).toEqual(light.toSorted((a, b) => b - a));
    expect(dark).toEqual(dark.toSorted((a, b) => a - b));
  });

  it('ends a step exactly at the promise', () => {
    const scale = heatScale(2_000);
    expect(scale.labels).toEqual(['up to 200ms', 'up to 1s', 'up to 2s', 'up to 4s', 'up to 20s', 'more than 20s']);
    expect([0, 2_000, 2_001, 20_001].map((ms) => heatStep(scale, ms))).toEqual([0, 2, 3, 5]);
    expect(scale.labels).toHaveLength(HEAT_LIGHT.length);
  });
});

describe('the tornado', () => {
  const chart = chartOf(plan, 'tornado');

  it('has the longest bars on top, and every end of a bar in the table', () => {
    expect(chart.build(LIGHT).data.labels).toEqual(['burstiness', 'rate', 'service', 'ghost slots']);
    const table = tablesOf(sectionOf(html, 'sensitivity') ?? '')[0];
    const rows = table?.rows.map(([factor, change, limit]) => `${factor}: ${limit} (${change})`) ?? [];
    const names = Object.keys(annotationsOf(chart)).filter((name) => name !== 'centre');
    const factors = chart.build(LIGHT).data.labels as string[];
    const ends = wordsOn(chart).map((words, at) => `${factors[Number(names[at]?.replace(/\D/g, ''))]}: ${words}`);
    expect(ends.filter((text) => !rows.includes(text))).toEqual([]);
    expect(ends).toHaveLength(6);
  });

  it('writes figures alone where it is as narrow as a phone', () => {
    expect(wordsOn(chart, 330)).toEqual(['106', '56', '82', '56', '82', '75']);
  });

  it('tells one story with the table where no limit was found: that row moves it most, its bar leaves the chart, and why is said', () => {
    const cold: SensitivityRow = {
      what: 'runners start cold and take 30s',
      factor: 'cold starts',
      change: '30s',
      why: 'no limit up to 10,000 meets it: even with 10,000 slots 3.3s',
      atAnswer: pointEvidence(69),
      risk: 'Critical',
    };
    const open = { ...plan, sensitivity: [cold, ...(plan.sensitivity ?? [])] };
    const drawn = chartOf(open, 'tornado');
    const { data, options } = drawn.build(LIGHT);
    expect(data.labels?.[0]).toBe('cold starts');
    const [, up] = data.datasets.map((bars) => bars.data) as unknown as ([number, number] | null)[][];
    expect(up?.[0]?.[0]).toBe(69);
    expect(up?.[0]?.[1]).toBeGreaterThan(Number(options?.scales?.['x']?.max));
    expect(wordsOn(drawn)[0]).toBe('→ no limit (30s)');
    const words = textOf(sectionOf(renderPlanPage(open), 'sensitivity') ?? '');
    expect(words).toContain('What moves it most is cold starts (30s: no limit was found).');
    expect(words).toContain('or leaves the chart where no limit was found');
    expect(words).toContain('Runners start cold and take 30s. No limit up to 10,000 meets it: even with 10,000 slots 3.3s.');
  });

  it('names the change of the first row where two changes of another move it further taken together', () => {
    const rows = [['ghost slots', '+6', 83] as const, ['rate', '+20 %', 82] as const, ['rate', '−20 %', 56] as const];
    const sensitivity = rows.map(([factor, change, limit]) => ({ what: factor, factor, change, limit, atAnswer: pointEvidence(69) }));
    expect(chartOf({ ...plan, sensitivity }, 'tornado').build(LIGHT).data.labels).toEqual(['ghost slots', 'rate']);
  });

  it('grows from the answer, both ways', () => {
    const bars = chart.build(LIGHT).data.datasets.map(({ data }) => data) as unknown as ([number, number] | null)[][];
    expect(bars).toEqual([
      [null, [69, 56], [69, 56], null],
      [
        [69, 106],
        [69, 82],
        [69, 82],
        [69, 75],
      ],
    ]);
  });

  it('measures waits where there is no answer to move', () => {
    const without = { ...plan, answer: { ...plan.answer, limit: undefined } };
    const words = wordsOn(chartOf(without, 'tornado'));
    expect(words).toContain('4.02× (batches of 10 on average)');
    expect(textOf(sectionOf(renderPlanPage(without), 'sensitivity') ?? '')).toContain('The p95 wait as it is now counts as 1.');
  });

  it('is left out where nothing moves the answer, and the table stays', () => {
    const still = plan.sensitivity?.map((row) => ({ ...row, limit: 69, atAnswer: pointEvidence(69) }));
    const same = { ...plan, sensitivity: still?.map(({ p95Ratio: _, ...row }) => row) };
    expect(planChartsOf(same).map(({ kind }) => kind)).not.toContain('tornado');
    const section = sectionOf(renderPlanPage(same), 'sensitivity') ?? '';
    expect(section).not.toContain('<canvas');
    expect(columnOf(tablesOf(section)[0], 'Slots more or less')).toEqual(['±0', '±0', '±0', '±0', '±0', '±0']);
  });

  it('tells the risk of every change in a word, and what the word means', () => {
    const risky = plan.sensitivity?.map((row, at) => ({ ...row, risk: (['Low', 'Medium', 'High', 'Critical'] as const)[at % 4] }));
    const section = sectionOf(renderPlanPage({ ...plan, sensitivity: risky }), 'sensitivity') ?? '';
    expect(columnOf(tablesOf(section)[0], 'Risk').slice(0, 4)).toEqual(['Low', 'Medium', 'High', 'Critical']);
    expect(textOf(section)).toContain('Risk of staying at limit 69.');
    expect(textOf(sectionOf(html, 'sensitivity') ?? '')).not.toContain('Risk');
  });
});

describe('the days of a trace', () => {
  it('are bars whose numbers are in the table, under the line of the answer', () => {
    const chart = chartOf(tracePlanFixture(), 'days');
    const [table] = tablesOf(sectionOf(traceHtml, 'days') ?? '');
    const { labels, datasets } = chart.build(LIGHT).data;
    expect(columnOf(table, 'Day')).toEqual(labels);
    expect(columnOf(table, 'Smallest limit')).toEqual(datasets[0]?.data.map((limit) => String(limit)));
    expect(wordsOn(chart)).toEqual(['all of it together: 69']);
  });

  it('stand out where they need more than the answer, and are counted', () => {
    const above = tracePlanFixture({ answer: { ...planFixture().answer, limit: 30 } });
    const [bars] = chartOf(above, 'days').build(LIGHT).data.datasets;
    const fills = bars?.backgroundColor as unknown as string[];
    for (const [at, limit] of (bars?.data ?? []).entries()) expect(fills[at] === LIGHT.starting, String(limit)).toBe(Number(limit) > 30);
    expect(textOf(sectionOf(renderPlanPage(above), 'days') ?? '')).toMatch(/[Ll]imit 30 is enough on 18 of 24 days/);
  });

  it('may be a hundred, and some of them without an answer', () => {
    const [day] = tracePlanFixture().days ?? [];
    const days = Array.from({ length: 100 }, (_, at) => ({ ...day!, name: `day ${at}`, limit: at === 7 ? undefined : 10 + at }));
    const many = tracePlanFixture({ days });
    const section = sectionOf(renderPlanPage(many), 'days') ?? '';
    expect(tablesOf(section)[0]?.rows).toHaveLength(100);
    expect(chartOf(many, 'days').build(LIGHT).data.datasets[0]?.data[7]).toBeNull();
    expect(textOf(section)).toContain('No limit was found for day 7.');
    expect(textOf(section)).toContain('From 10 on day 0 to 109 on day 99');
  });

  it('need no chart where there is but one', () => {
    const one = tracePlanFixture({ days: tracePlanFixture().days?.slice(0, 1) });
    const section = sectionOf(renderPlanPage(one), 'days') ?? '';
    expect(section).not.toContain('<canvas');
    expect(tablesOf(section)[0]?.rows).toHaveLength(1);
  });
});

describe('the page and its charts', () => {
  it.each([
    ['a complete plan', plan],
    ['a plan of a trace', tracePlanFixture()],
    ['a quick plan', quickPlanFixture()],
    ['a plan without an answer', hopelessPlanFixture()],
  ])('of %s agree on which there are', (_, of) => {
    const canvases = [...renderPlanPage(of).matchAll(/data-chart="([\w-]+)"/g)].map(([, kind]) => kind);
    expect(canvases).toEqual(planChartsOf(of).flatMap(({ kind }) => (kind === 'heat-map' ? [] : [kind])));
  });
});

describe('pictures of a plan', () => {
  it('are those of the page and the heat map, the same bytes each time', async () => {
    const [first, second] = [await planPictures(tracePlanFixture()), await planPictures(tracePlanFixture())];
    expect(first.map(({ name }) => name)).toEqual(['frontier.png', 'heat-map.png', 'tornado.png', 'days.png']);
    for (const [at, { png }] of first.entries()) {
      expect(png.subarray(1, 4).toString()).toBe('PNG');
      expect(png.equals(second[at]?.png ?? Buffer.alloc(0))).toBe(true);
    }
  });

  it('are none of a plan without analyses', async () => {
    expect(await planPictures(quickPlanFixture())).toEqual([]);
  });

  it('show the numbers of the map in its cells', () => {
    const words = wordsOn(chartOf(plan, 'heat-map'));
    expect(words).toEqual(expect.arrayContaining(['you are here', '1.73s', '6.32s', '∞']));
    const boxes = Object.keys(annotationsOf(chartOf(plan, 'heat-map'))).filter((name) => name.startsWith('cell-'));
    expect(boxes).toHaveLength(24);
  });
});

/** WCAG 2: relative luminance of `#rrggbb`. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}
