import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Leak } from '../../src/measure/leak-ledger.js';
import type { RequestStory } from '../../src/measure/request-story.js';
import type { RunResult } from '../../src/measure/result.js';
import { prepareScenario } from '../../src/prepare.js';
import { RunSetup, runToEnd, ScenarioRun } from '../../src/run.js';
import { parseSource } from '../../src/scenario/source.js';
import { counter, trend } from '../helpers/scenario.js';
import { WorkWitness } from './work-witness.js';

const FILES = ['scenarios', 'scenarios/zoo'].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `${folder}/${name}`),
);

interface Witnessed {
  readonly run: RunResult;
  readonly work: WorkWitness;
}

/** Every variant of a shipped scenario with its own seed. */
function runsOf(file: string): Witnessed[] {
  const prepared = prepareScenario(parseSource(file, readFileSync(file, 'utf8')));
  return prepared.variants.map(({ scenario, plan, name }) => {
    const work = new WorkWitness();
    const options = { seed: prepared.seed, variant: name, evidence: true, traceSource: noTrace, reader: work };
    return { run: runToEnd(new ScenarioRun(scenario, plan, options, new RunSetup(scenario, plan, 0))), work };
  });
}

function noTrace(): never {
  throw new Error('this scenario has no trace');
}

/** What is wrong with how its spans lie; nothing: they abut from the call to the end, and none is empty. */
function flaws({ spans, calledUs, endedUs, request, startedUs, spansHidden }: RequestStory): string[] {
  const found: string[] = [];
  for (const [n, { kind, fromUs, toUs }] of spans.entries()) {
    const next = spans[n + 1];
    if (toUs !== undefined && toUs <= fromUs) found.push(`${request}: ${kind} takes no time`);
    if (next !== undefined && toUs !== next.fromUs && (toUs ?? 0) < (endedUs ?? Number.POSITIVE_INFINITY))
      found.push(`${request}: nothing from ${toUs} to ${next.fromUs}`);
  }
  const last = spans.at(-1);
  if (endedUs !== calledUs && spans[0]?.fromUs !== calledUs) found.push(`${request}: called at ${calledUs}, first span at ${spans[0]?.fromUs}`);
  if (endedUs === undefined && last?.toUs !== undefined && spansHidden === 0) found.push(`${request}: open, but its last span ends at ${last.toUs}`);
  if (endedUs !== undefined && last?.toUs !== undefined && last.toUs < endedUs && spansHidden === 0)
    found.push(`${request}: ended at ${endedUs}, last span at ${last.toUs}`);
  const work = spans.find(({ kind }) => kind === 'working');
  if (startedUs !== undefined && work !== undefined && work.fromUs !== startedUs)
    found.push(`${request}: started at ${startedUs}, first work at ${work.fromUs}`);
  return found;
}

/** `3000000-9000000`, one for each stretch. */
function stretches(all: readonly { readonly fromUs: number; readonly toUs?: number | undefined }[]): string[] {
  return all.map(({ fromUs, toUs }) => `${fromUs}-${toUs ?? ''}`).sort();
}

describe.each(FILES)('the evidence of %s', (file) => {
  const witnessed = runsOf(file);
  const runs = witnessed.map(({ run }) => run);

  it('tells stories without gaps from the call to the end', () => {
    for (const { evidence } of runs) {
      const { stories } = evidence!.stories!;
      expect(stories.length).toBeGreaterThan(0);
      expect(stories.flatMap(flaws)).toEqual([]);
    }
  });

  it('shows in the stories the ghosts of the leak ledger, when they were, and no others', () => {
    for (const { evidence } of runs) {
      const { leaks } = evidence!;
      const leaksOf = (name: string): Leak[] => leaks.filter(({ request }) => request === name);
      const { stories } = evidence!.stories!;
      for (const leak of leaks) expect(stories.map(({ request }) => request)).toContain(leak.request);
      for (const { request, ghosts = [] } of stories) {
        const own = leaksOf(request).map(({ ghostFromUs, toUs }) => ({ fromUs: ghostFromUs, toUs }));
        expect(stretches(ghosts), request).toEqual(stretches(own));
      }
    }
  });

  it('says that a request works exactly while its work runs', () => {
    for (const { run, work } of witnessed) {
      for (const story of run.evidence!.stories!.stories) {
        if (story.attempts > 1 || story.spansHidden > 0 || !story.request.startsWith('req-')) continue;
        const told = story.spans.filter(({ kind }) => kind === 'working');
        expect(stretches(told), story.request).toEqual(stretches(work.of(story.request)));
      }
    }
  });

  it('counts over time what the metrics count in all', () => {
    for (const run of runs) {
      const { points } = run.evidence!.flow!;
      const sum = (of: (point: (typeof points)[number]) => number): number => points.reduce((total, point) => total + of(point), 0);
      expect(sum((point) => point.started)).toBe(trend(run, 'queue_latency')?.n ?? 0);
      expect(sum((point) => point.expired)).toBe(counter(run, 'start_timeouts').count);
      expect(sum((point) => point.requeues)).toBe(counter(run, 'server_requeues').count);
      expect(sum((point) => point.clientRetries)).toBe(counter(run, 'client_retries').count);
      expect(sum((point) => point.refusedByAccount + point.refusedByEndpoint)).toBe(counter(run, 'http_429').count);
    }
  });
});
