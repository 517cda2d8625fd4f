import { describe, expect, it } from 'vitest';
import { Outcome } from '../../src/core/history.js';
import type { ResultFile, RunResult } from '../../src/measure/result.js';
import { seededGates } from '../../src/report/gates.js';
import { renderHtml } from '../../src/report/html/document.js';
import { renderJUnit } from '../../src/report/junit.js';
import { slowestCalls, troubledCalls } from '../../src/report/live/call-lists.js';
import { stepsSentence, stepTroubles, stepTroubleText } from '../../src/report/live/late-steps.js';
import { liveLines } from '../../src/report/live/live-lines.js';
import { pacingFigures } from '../../src/report/live/pacing-figures.js';
import { renderMarkdown } from '../../src/report/markdown.js';
import { replayOf } from '../../src/report/runs.js';
import { renderTerminal } from '../../src/report/terminal.js';
import { fixture, HOSTILE } from './fixture.js';
import { call, liveFixture, liveRun, oneLiveRun } from './live-fixture.js';
import { parseXml, type XmlElement } from './xml.js';

const S = 1_000_000;
const plain = { colour: false, width: 100 };
const page = (result: ResultFile): string => renderHtml(result, { pageScript: '' });
const liveSection = (result: ResultFile): string => /<section id="live"[\s\S]*?(?=<section id="violations")/.exec(page(result))?.[0] ?? '';
const terminal = (result: ResultFile): string => renderTerminal(result, plain);

describe('a simulated result', () => {
  it('says nothing of live runs in any report', () => {
    expect(terminal(fixture())).not.toMatch(/LIVE|LOAD|CLIENTS|FINDINGS/);
    expect(renderMarkdown(fixture())).not.toMatch(/### (Live|Clients|Findings)/);
    expect(page(fixture())).not.toMatch(/id="live"|id="agreement"/);
    expect(renderJUnit(fixture())).toContain('name="mode" value="simulation"');
    expect(liveLines(fixture())).toEqual([]);
  });
});

describe('how a live run was made', () => {
  it('is told once: driver, target, speed, who judged, and how much of the load was sent', () => {
    expect(liveLines(oneLiveRun()).map(({ text }) => text)).toEqual([
      "engine against an emulator that the run started (http://127.0.0.1:40001), 10 times real time; judged by the server's own history, with the clients' retries",
      'sent 50 of 50 calls · 400 HTTP requests · send error p99 1.2ms, at most 2.4ms · 20.3s of wall time',
      'steps: all 2 steps were performed in time',
      'recovery: 1m 30s of it were skipped, for no client was left to wait',
    ]);
  });

  it('takes the runs of a variant together: sums of counts, times of the worst', () => {
    const slow = liveRun().pacing;
    const result = liveFixture((_, at) =>
      at === 1 ? { pacing: { ...slow, sent: 45, dropped: 3, wallMs: 30_000, sendErrorMs: { n: 45, p50: 1, p95: 2, p99: 80, max: 90 } } } : {},
    );
    expect(pacingFigures(result)[0]).toMatchObject({
      title: 'leaky',
      runs: 2,
      planned: 100,
      sent: 95,
      dropped: 3,
      unsent: 2,
      httpRequests: 800,
      sendErrorP99Ms: 80,
      sendErrorMaxMs: 90,
      cpuUsPerHttpRequest: 100,
      wallMs: 30_000,
    });
    const lines = liveLines(result).filter(({ text }) => text.includes('sent '));
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({
      text: expect.stringContaining('leaky: sent 95 of 100 calls in 2 runs · 3 dropped beyond maxVUs · 2 never sent'),
      warns: true,
    });
  });

  it('leaves out what a tool does not say, and does not take a part for the whole', () => {
    const unknown = { ...liveRun().pacing, httpRequests: undefined, sendErrorMs: undefined, cpuMs: undefined };
    const result = liveFixture((_, at) => (at === 0 ? { pacing: unknown } : {}));
    expect(pacingFigures(result)[0]).toMatchObject({ httpRequests: undefined, sendErrorP99Ms: 1.2, cpuUsPerHttpRequest: undefined });
    expect(liveSection(oneLiveRun({ pacing: unknown }))).not.toMatch(/NaN|undefined/);
  });

  it("shows a tool's own word beside ours and never instead of it", () => {
    const tool = { tool: 'k6 v2.2.0', exitCode: 99, meaning: 'thresholds crossed', passed: false };
    const result = oneLiveRun({ tool });
    const words = "k6 v2.2.0 itself ended with 99 (thresholds crossed); the verdict is slotstorm's own";
    expect(terminal(result)).toContain(`! ${words}`);
    expect(terminal(result)).toContain('✓ PASS');
    expect(liveSection(result)).toContain(`<strong>${words}</strong>`);
  });

  it('is not ten blocks for ten runs', () => {
    const lines = (result: ResultFile): number => terminal(result).split('\n').length;
    const many = liveFixture();
    const more = {
      ...many,
      seeds: [1, 2, 3, 4, 5, 6],
      runs: [1, 2, 3, 4, 5, 6].flatMap((seed) => [many.runs[0], many.runs[2]].map((run) => ({ ...(run as RunResult), seed }))),
    };
    const grown = lines({ ...more, seeds: [1, 2] });
    expect(grown).toBeLessThanOrEqual(lines(many) + 1);
  });

  it('stands where the page says how to see it again, with no replay of what happened only once', () => {
    const result = oneLiveRun();
    expect(page(result)).toContain('What comes of them depends on the machine, the network and the server.');
    expect(page(result)).not.toContain('simulation in virtual time');
    expect(replayOf(result, result.runs[0] as RunResult)).toBeUndefined();
    expect(replayOf(result, { ...(result.runs[0] as RunResult), live: undefined })).toBe('npx slotstorm replay scenarios/a-story.yaml --seed 1');
  });
});

describe('a load that was not sent as planned', () => {
  const broken = oneLiveRun({ broken: ['3 iterations threw: TypeError: x is not a function'] });
  const slow = oneLiveRun({ undecided: ['the client could not keep up: send error p99 120ms, at most 50ms'] });

  it('is a gate like any other: broken fails, could not keep up is undecided', () => {
    const gateOf = (result: ResultFile) => seededGates(result).find(({ kind }) => kind === 'load');
    expect(gateOf(oneLiveRun())).toMatchObject({ verdict: 'pass', actual: '50 of 50 calls', note: '' });
    expect(gateOf(broken)).toMatchObject({ verdict: 'fail', note: '3 iterations threw: TypeError: x is not a function' });
    expect(gateOf(slow)).toMatchObject({ verdict: 'undecided' });
    const both = oneLiveRun({ broken: ['a'], undecided: ['b'] });
    expect(gateOf(both)).toMatchObject({ verdict: 'fail', note: 'a; b' });
  });

  it('stands with its reason in every report', () => {
    expect(terminal(broken)).toMatch(/LOAD\n {2}✗ load sent as planned \.+ 50 of 50 calls\n {2}3 iterations threw: TypeError: x is not a function\n/);
    expect(terminal(slow)).toMatch(/LOAD\n {2}\? load sent as planned/);
    expect(renderMarkdown(broken)).toContain('| ✗ fail | – | load | sent as planned |');
    expect(liveSection(broken)).toContain('<strong>Broken: these runs cannot pass, whatever their metrics say</strong><ul><li>3 iterations threw');
    expect(liveSection(slow)).toContain('<strong>Undecided: these runs say too little</strong>');
  });

  it('is a case of the run in JUnit: a failure, or an error when nobody can tell', () => {
    const loadCase = (result: ResultFile): XmlElement | undefined =>
      parseXml(renderJUnit(result)).children[0]?.children.find(({ name, attributes }) => name === 'testcase' && attributes['name'] === 'load sent as planned');
    expect(loadCase(oneLiveRun())?.children).toEqual([]);
    expect(loadCase(broken)?.children[0]).toMatchObject({ name: 'failure', attributes: { type: 'load' } });
    expect(loadCase(broken)?.children[0]?.text).toContain('3 iterations threw');
    expect(loadCase(slow)?.children[0]).toMatchObject({ name: 'error' });
  });
});

describe('a step', () => {
  const steps = [
    { number: 1, plannedUs: 20 * S, performedUs: 24 * S, trouble: undefined },
    { number: 2, plannedUs: 60 * S, performedUs: undefined, trouble: 'the server answered 401' },
  ];

  it('that came late or not at all is named, with what it was', () => {
    const result = liveFixture((_, at) => (at === 3 ? { steps } : {}));
    expect(stepTroubles(result).map(stepTroubleText)).toEqual([
      'clean seed 2: step 1 (revoke-key old), planned at 20s: performed 4s late',
      'clean seed 2: step 2 (burst of 20), planned at 1m: not performed: the server answered 401',
    ]);
    expect(stepsSentence(result)).toBe('2 of 8 steps were not performed as planned');
    expect(liveSection(result)).toContain('not performed: the server answered 401');
  });

  it('is late by the wall clock: at ten times real time a request to the platform may take ten times as long', () => {
    const performed = (us: number, speed: number) =>
      stepTroubles(oneLiveRun({ speed, steps: [{ number: 1, plannedUs: 0, performedUs: us, trouble: undefined }] })).length;
    expect([performed(0.9 * S, 10), performed(1.1 * S, 10), performed(0.9 * S, 1)]).toEqual([0, 1, 1]);
  });
});

describe('single calls', () => {
  it('of all runs come slowest first', () => {
    const result = liveFixture((_, at) => ({ slowest: [call({ elapsedUs: at * S, requestId: `r${at}` })] }));
    expect(slowestCalls(result).map(({ run, call: { requestId } }) => [run, requestId])).toEqual([
      ['clean seed 2', 'r3'],
      ['clean seed 1', 'r2'],
      ['leaky seed 2', 'r1'],
      ['leaky seed 1', 'r0'],
    ]);
  });

  it('that went wrong are listed up to a number, and the others counted', () => {
    const trouble = (text: string) => call({ outcome: Outcome.gaveUp, trouble: text, attempts: 4, refusals: 4 });
    const result = oneLiveRun({ troubled: [...Array.from({ length: 45 }, () => trouble('429 at the limit')), trouble('ECONNREFUSED')], troubledHidden: 7 });
    expect(troubledCalls(result)).toMatchObject({ calls: { length: 40 }, hidden: 13 });
    expect(liveLines(result).map(({ text }) => text)).toContain('53 calls did not go well, such as: 429 at the limit (45 calls); ECONNREFUSED (1 call)');
    expect(liveSection(result)).toContain('13 more calls not listed.');
    expect(liveSection(result)).toContain('gave_up');
  });
});

describe('text from outside', () => {
  const long = `${HOSTILE}${'x'.repeat(5000)}`;
  const hostile = liveFixture(
    () => ({
      driver: HOSTILE,
      target: { kind: 'fal', url: HOSTILE },
      tool: { tool: HOSTILE, exitCode: 1, meaning: HOSTILE, passed: false },
      broken: [HOSTILE],
      undecided: [HOSTILE],
      notes: [HOSTILE],
      findings: [{ what: HOSTILE, client: HOSTILE, server: HOSTILE, explanation: HOSTILE }],
      steps: [{ number: 1, plannedUs: 0, performedUs: undefined, trouble: HOSTILE }],
      slowest: [call({ trouble: long, requestId: HOSTILE, endpoint: HOSTILE, account: HOSTILE })],
      troubled: [call({ trouble: long, requestId: HOSTILE, key: HOSTILE })],
    }),
    { scenario: HOSTILE, key: HOSTILE, endpoint: HOSTILE, account: HOSTILE, variant: HOSTILE },
  );

  it('never leaves its place', () => {
    const html = page(hostile);
    expect(html).not.toMatch(/<script>alert|<img/);
    expect(html.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\u202E/u);
    expect(renderMarkdown(hostile)).not.toMatch(/<script|<img|@everyone|`tick`/);
    expect(terminal(hostile).replaceAll('\n', '')).not.toMatch(/\p{Cc}|\u202E/u);
    expect(() => parseXml(renderJUnit(hostile))).not.toThrow();
  });

  it('is cut where it is long', () => {
    expect(liveSection(hostile)).not.toContain('x'.repeat(300));
    expect(terminal(hostile)).not.toContain('x'.repeat(200));
  });

  it('may be missing: what a file wrote as null is read as nothing', () => {
    const read = JSON.parse(JSON.stringify(liveFixture(), (_, value) => (value === undefined ? null : value))) as ResultFile;
    for (const text of [terminal(read), renderMarkdown(read), page(read)]) expect(text).not.toMatch(/NaN|undefined|null/);
  });
});
