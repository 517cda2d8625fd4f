import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { MinimalTrace } from '../../src/measure/minimal-trace.js';
import type { RunResult } from '../../src/measure/result.js';
import { minimalTraces, minimalTracesAtOnce } from '../../src/minimal/minimal-traces.js';
import type { MinimalOrder } from '../../src/minimal/shrinkable-story.js';
import { prepareScenario } from '../../src/prepare.js';
import { RunSetup, runToEnd, ScenarioRun } from '../../src/run.js';
import { parseSource } from '../../src/scenario/source.js';

const REVOCATION = 'scenarios/key-revocation-mid-flight.yaml';

/** A run of a scenario, ready to be shrunk. @param variant undefined: the first */
function orderOf(text: string, variantName?: string, seed = 1): MinimalOrder {
  const { variants } = prepareScenario(parseSource('test.yaml', text));
  const variant = variants.find(({ name }) => variantName === undefined || name === variantName)!;
  const { scenario, plan, name } = variant;
  const options = { seed, variant: name, evidence: false, traceSource: samples };
  return { variant, run: runToEnd(new ScenarioRun(scenario, plan, options, new RunSetup(scenario, plan, 0))), hasOwnLimiter: false };
}

function samples(): Iterable<string> {
  return ['seconds\n4\n'];
}

function zooOrder(entry: string): MinimalOrder {
  return orderOf(readFileSync(`scenarios/zoo/${entry}.yaml`, 'utf8'), 'broken');
}

/** A scenario file's text, run as a reader would run it. */
function runOf(text: string): RunResult {
  return orderOf(text).run;
}

function tracesOf(order: MinimalOrder): readonly MinimalTrace[] {
  return minimalTracesAtOnce(order).traces!;
}

describe('minimal traces', () => {
  it('shrink the revocation of 180 requests to one request and the revocation', () => {
    const order = orderOf(readFileSync(REVOCATION, 'utf8'), 'fal-939');
    const traces = tracesOf(order);
    expect(traces.map(({ invariant }) => invariant)).toEqual(['S-ORPH', 'L-REL', 'L-QUIET']);
    for (const trace of traces) expect(trace).toMatchObject({ seed: 1, requests: 1, steps: 1, finished: true, eventsHidden: 0 });
    expect(traces[0]!.scenario).toContain('do: revoke-key');
  });

  it.each(['key-revoked', 'lost-wakeup', 'zombie-resumes', 'check-then-act', 'crash-after-grant'])(
    'are scenario files that break the same law when they are run (%s)',
    (entry) => {
      for (const { invariant, scenario, command } of tracesOf(zooOrder(entry))) {
        const run = runOf(scenario);
        expect(run.exitCode).toBe(98);
        expect(run.invariants.find(({ id }) => id === invariant)?.verdict).toBe('fail');
        const { name } = prepareScenario(parseSource('test.yaml', scenario));
        expect(command).toBe(`npx slotstorm run ${name}.yaml`);
      }
    },
  );

  it('tell every event up to the violation in words, by number, and mark the one that breaks the law', () => {
    for (const { events } of tracesOf(zooOrder('lost-release'))) {
      expect(events.map(({ number }) => number)).toEqual(events.map((_, n) => n + 1));
      expect(events.filter(({ violates }) => violates)).toHaveLength(1);
      for (const { text, lanes } of events) {
        expect(text).not.toBe('');
        expect(lanes.length).toBeGreaterThan(0);
      }
    }
  });

  it('name the lanes that an event touches as the replay does', () => {
    const [trace] = tracesOf(zooOrder('key-revoked'));
    const lanesAt = (text: string): readonly string[] => trace!.events.find((event) => event.text.includes(text))!.lanes;
    expect(lanesAt('gets a slot')).toEqual(['slot 1', 'runner 0 · fal-ai/flux/dev', 'req-1']);
    expect(lanesAt('key old is revoked')).toEqual(['acme/old']);
    const marked = trace!.events.find(({ violates }) => violates)!;
    expect(marked.text).toBe('the work of req-1 stops (completed)');
  });

  it('show what should hold before what the scenario expects to break', () => {
    const text = readFileSync('scenarios/zoo/key-revoked.yaml', 'utf8').replace(/S-ORPH: violated, L-REL: violated/, 'S-ORPH: violated, L-REL: held');
    expect(tracesOf(orderOf(text, 'broken')).map(({ invariant }) => invariant)).toEqual(['L-REL', 'S-ORPH', 'L-QUIET']);
  });

  it('leave out laws that the scenario does not judge', () => {
    const text = readFileSync('scenarios/zoo/key-revoked.yaml', 'utf8').replace('S-ORPH: violated', 'S-ORPH: off');
    expect(tracesOf(orderOf(text, 'broken')).map(({ invariant }) => invariant)).not.toContain('S-ORPH');
  });

  it('are the same every time, whether others have their turn in between or not', async () => {
    const order = zooOrder('zombie-resumes');
    let breaths = 0;
    const breathe = async (): Promise<void> => {
      breaths++;
    };
    const found = await minimalTraces(order, breathe);
    expect(found).toEqual(minimalTracesAtOnce(order));
    expect(breaths).toBeGreaterThanOrEqual(found.tries - found.traces!.length);
  });
});

describe('the search in a long run', () => {
  /** Nearly 18,000 events. @param more of the workload */
  const longRun = (arrivals: readonly string[]): MinimalOrder =>
    orderOf(`
name: long
platform:
  policy: fal-939
  accounts: [{ id: acme, limit: 30, keys: [old, new] }]
  endpoints: [{ id: flux, service: { lognormal: { mean: 1s, cv: 0.25 } }, runners: 40 }]
workload:
${arrivals.map((when, n) => `  - { as: acme/${n % 2 === 0 ? 'old' : 'new'}, endpoint: flux, call: submit, arrivals: ${when} }`).join('\n')}
steps:
  - { at: 280s, do: revoke-key, key: acme/old }
recovery: 1m
`);

  it('first makes the story short, so that few runs are long', () => {
    const order = longRun(['{ poisson: 10/s, to: 300s }', '{ poisson: 10/s, to: 300s }']);
    expect(order.run.events).toBeGreaterThan(15_000);
    const { traces, work } = minimalTracesAtOnce(order);
    expect(traces!.map(({ requests, steps, finished }) => ({ requests, steps, finished }))).toEqual(Array(3).fill({ requests: 1, steps: 1, finished: true }));
    expect(work).toBeLessThan(5 * order.run.events);
  });

  it('costs no more than 1.2 million events, whatever stands in the way, and shows no large story as the smallest', () => {
    const { run, ...order } = longRun(Array.from({ length: 3_000 }, (_, n) => `{ burst: 2, at: ${100 * n}ms }`));
    // Nothing but this law: the story that it leaves is the longest.
    const invariants = run.invariants.filter(({ id }) => id === 'S-ORPH');
    const { traces, notes, work } = minimalTracesAtOnce({ ...order, run: { ...run, invariants } });
    expect(work).toBeLessThan(1_400_000);
    for (const { requests } of traces ?? []) expect(requests).toBeLessThanOrEqual(50);
    expect((traces ?? []).length + notes.length).toBe(1);
  });

  it('ends at once when whoever waits for it has enough', async () => {
    const enough = new Error('enough');
    let breaths = 0;
    const breathe = async (): Promise<void> => {
      if (++breaths === 3) throw enough;
    };
    await expect(minimalTraces(zooOrder('key-revoked'), breathe)).rejects.toBe(enough);
    expect(breaths).toBe(3);
  });
});

describe('no minimal trace', () => {
  it('is looked for where nothing is broken', () => {
    const order = orderOf(readFileSync('scenarios/zoo/key-revoked.yaml', 'utf8'), 'cured');
    expect(minimalTracesAtOnce(order)).toEqual({ traces: undefined, notes: [], tries: 0, work: 0 });
  });

  it.each([
    ['somebody else decided about slots', (order: MinimalOrder) => ({ ...order, hasOwnLimiter: true }), /a limiter of your own/],
    ['the run is long', (order: MinimalOrder) => ({ ...order, run: { ...order.run, events: 20_001 } }), /20001 events, more than 20000/],
    ['it happened on the wall clock', (order: MinimalOrder) => ({ ...order, run: { ...order.run, live: {} as never } }), /wall clock/],
  ])('is made where %s, and the note says so', (_, changed, note) => {
    const { traces, notes } = minimalTracesAtOnce(changed(zooOrder('key-revoked')));
    expect(traces).toBeUndefined();
    expect(notes).toEqual([expect.stringMatching(note)]);
  });

  it('is made where the scenario reads a recorded file', () => {
    const text = readFileSync('scenarios/zoo/key-revoked.yaml', 'utf8').replace(
      '{ lognormal: { mean: 4s, cv: 0.3 } }',
      '{ empirical: { file: times.csv, column: seconds, unit: s } }',
    );
    const { traces, notes } = minimalTracesAtOnce(orderOf(text, 'broken'));
    expect(traces).toBeUndefined();
    expect(notes).toEqual([expect.stringContaining('reads a recorded file')]);
  });
});
