import { describe, expect, it } from 'vitest';
import { cell, renderMetricsCsv } from '../../src/report/metrics-csv.js';
import { bareFixture, fixture } from './fixture.js';
import { HOSTILE_NAMES } from './hostile-names.js';

describe('metrics.csv', () => {
  const lines = renderMetricsCsv(fixture()).split('\r\n');

  it('has one line a number, with its unit and its samples', () => {
    expect(lines[0]).toBe('scenario,variant,seed,metric,number,unit,n,value');
    expect(lines).toContain('a-story,leaky,1,queue_latency,p95,ms,50,40900');
    expect(lines).toContain('a-story,clean,2,queue_latency{key:old},p95,ms,25,900');
    expect(lines).toContain('a-story,leaky,1,leaked_slots,value,slots,50,2');
    expect(lines.at(-1)).toBe('');
  });

  it('has no line for what was never measured', () => {
    expect(lines.filter((line) => line.includes('time_to_heal'))).toEqual([]);
    expect(renderMetricsCsv(bareFixture()).trim().split('\r\n')).toHaveLength(1);
  });

  it('leaves numbers as they are, negative ones too', () => {
    const [first] = fixture().runs;
    const metrics = { cost_usd: { type: 'gauge', n: 1, value: -3, min: -3, max: 0, avg: -1.5 } } as const;
    expect(renderMetricsCsv({ ...fixture(), runs: [{ ...first!, metrics }] })).toContain(',cost_usd,value,usd,1,-3\r\n');
  });
});

describe('a cell', () => {
  it.each(['=1+1', '+1', '-1', '@x', ' \t=1', '\r=1', '\uFF1D1'])('is text and never a formula: %j', (text) => {
    const [, content] = /^"?([\s\S]*?)"?$/.exec(cell(text)) ?? [];
    expect(content?.startsWith("'")).toBe(true);
  });

  it('is quoted where a reader would take it apart', () => {
    expect(cell('a,b')).toBe('"a,b"');
    expect(cell('say "x"')).toBe('"say ""x"""');
    expect(cell('a\nb')).toBe('"a\nb"');
    expect(cell('plain')).toBe('plain');
  });

  it.each(Object.entries(HOSTILE_NAMES))('holds %s without controls, and whole', (_, name) => {
    const text = cell(name);
    expect(text).not.toMatch(/[^\P{Cc}\n\r\t]|\p{Bidi_Control}/u);
    const inside = text.startsWith('"') ? text.slice(1, -1) : text;
    expect(inside.replaceAll('""', '')).not.toContain('"');
  });
});
