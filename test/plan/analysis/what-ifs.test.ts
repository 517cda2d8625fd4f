import { describe, expect, it } from 'vitest';
import type { WhatIf } from '../../../src/measure/capacity/plan-result.js';
import { DEFAULT_TERMS } from '../../../src/plan/analysis/terms.js';
import { whatIfs } from '../../../src/plan/analysis/what-ifs.js';
import { FormulaPlanning } from './formula-planning.js';

const TIERS = [{ limit: 20 }, { limit: 40 }, { limit: 80 }, { limit: 160 }];

async function asked(about: string, planning = new FormulaPlanning(), terms = DEFAULT_TERMS): Promise<WhatIf | undefined> {
  const all = await whatIfs(planning, 69, terms);
  return all.find(({ question }) => question.includes(about));
}

describe('what-ifs', () => {
  it('ask for the other way of waiting only', async () => {
    expect(await asked('fifo', undefined, { ...DEFAULT_TERMS, waiting: 'backoff' })).toMatchObject({ limit: 69 });
    expect(await asked('exponential backoff', undefined, { ...DEFAULT_TERMS, waiting: 'backoff' })).toBeUndefined();
    expect(await asked('exponential backoff', undefined, { ...DEFAULT_TERMS, waiting: 'fifo' })).toMatchObject({ limit: 69 });
    expect(await asked('fifo', undefined, { ...DEFAULT_TERMS, waiting: 'fifo' })).toBeUndefined();
  });

  it('say by how much a setting is too much for its limit', async () => {
    const below = await asked('40, the tier below', undefined, { ...DEFAULT_TERMS, tiers: TIERS });
    expect(below?.answer).toBe("At limit 40: the queue grows without end: 60 slots' worth of work for 40, which could carry 3.33 requests/s at most.");
    expect(below?.evidence?.unstable).toMatchObject({ limit: 40 });
  });

  it('show the tier that holds the answer and the one above', async () => {
    const terms = { ...DEFAULT_TERMS, tiers: TIERS };
    expect((await asked('80, the smallest tier that holds it', undefined, terms))?.evidence?.verdict).toBe('pass');
    expect((await asked('160, the tier above', undefined, terms))?.evidence?.verdict).toBe('pass');
  });

  it('show a peak of half as much again with the limit that it needs', async () => {
    const peak = await asked('Peak');
    expect(peak?.question).toContain('7.5 requests/s');
    expect(peak?.limit).toBeGreaterThan(90);
    expect(peak?.answer).toMatch(/At limit 69: the queue grows without end.*The smallest limit that meets every SLO is \d+\./);
  });

  it('show an incident: a third of the runners down', async () => {
    const incident = await asked('Incident');
    expect(incident?.question).toBe('Incident: 23 runners of 69 down for 5m');
    expect(incident?.evidence?.verdict).toBe('fail');
  });

  it('give a start_timeout as long as the SLO on waits, and the share that it drops', async () => {
    const dropped = await asked('start_timeout');
    expect(dropped?.question).toContain('2s');
    expect(dropped?.answer).toMatch(/Dropped before they begin: 4\.\d+ %/);
  });

  it('count who gives up with direct calls', async () => {
    expect((await asked('called run'))?.answer).toMatch(/Calls that give up: 1 %.*; 16,000 answers were 429\./);
  });

  it('ask nothing that the load has no dial for', async () => {
    const all = await whatIfs(new FormulaPlanning({ dials: [] }), 69, DEFAULT_TERMS);
    expect(all.map(({ question }) => question)).toEqual(['Normal: 5 requests/s']);
  });

  it('are judged in one batch, and nothing else is', async () => {
    const planning = new FormulaPlanning({ dials: ['outage', 'startTimeoutMs'] });
    await whatIfs(planning, 69, { ...DEFAULT_TERMS, tiers: TIERS });
    expect(planning.asked[0]?.dials).toHaveLength(6);
    expect(new Set(planning.asked.flatMap(({ dials }) => dials.map((one) => JSON.stringify(one)))).size).toBe(6);
  });
});
