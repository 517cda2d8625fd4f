import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Leak } from '../../src/measure/leak-ledger.js';
import type { RequestStory } from '../../src/measure/request-story.js';
import type { RunResult } from '../../src/measure/result.js';
import { prepareScenario } from '../../src/prepare.js';
import { RunSetup, runToEnd, ScenarioRun } from '../../src/run.js';
import { parseSource } from '../../src/scenario/source.js';
import { counter, trend } from '../helpers/scenario.js';

const FILES = ['scenarios', 'scenarios/zoo'].flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => `${folder}/${name}`),
);

/** Every variant of a shipped scenario with its own seed. */
function runsOf(file: string): RunResult[] {
  const prepared = prepareScenario(parseSource(file, readFileSync(file, 'utf8')));
  return prepared.variants.map(({ scenario, plan, name }) => {
    const options = { seed: prepared.seed, variant: name, evidence: true, traceSource: noTrace };
    return runToEnd(new ScenarioRun(scenario, plan, options, new RunSetup(scenario, plan, 0)));
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

/** Whether the story shows the ghost as long as it lasts; other work of the request may go on meanwhile. */
function showsGhost({ spans }: RequestStory, leak: Leak): boolean {
  const endUs = leak.toUs ?? Number.POSITIVE_INFINITY;
  const meanwhile = spans.filter(({ fromUs, toUs = Number.POSITIVE_INFINITY }) => fromUs < endUs && toUs > leak.ghostFromUs);
  const isShown = meanwhile.every(({ kind }) => kind === 'ghost' || kind === 'working');
  return isShown && (meanwhile[0]?.fromUs ?? Number.POSITIVE_INFINITY) <= leak.ghostFromUs;
}

describe.each(FILES)('the evidence of %s', (file) => {
  const runs = runsOf(file);

  it('tells stories without gaps from the call to the end', () => {
    for (const { evidence } of runs) {
      const { stories } = evidence!.stories!;
      expect(stories.length).toBeGreaterThan(0);
      expect(stories.flatMap(flaws)).toEqual([]);
    }
  });

  it('shows every leak in a story, as long as it lasts', () => {
    for (const { evidence } of runs) {
      const { stories } = evidence!.stories!;
      const without = evidence!.leaks.filter((leak) => !stories.some((story) => story.request === leak.request && showsGhost(story, leak)));
      expect(without).toEqual([]);
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
