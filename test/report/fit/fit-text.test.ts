import { describe, expect, it } from 'vitest';
import { fitMarkdown } from '../../../src/report/fit/markdown.js';
import { fitLines } from '../../../src/report/fit/terminal.js';
import { arrivalsOf, durationsOf, fitOf } from '../../fit/samples.js';
import { DAY, S } from '../../helpers/world.js';

const atUs = arrivalsOf({ kind: 'poisson', perSecond: 0.02, fromUs: 0, toUs: 2 * DAY });
const fit = fitOf(atUs, durationsOf({ kind: 'exponential', meanUs: 12 * S }, atUs.length));

describe('a fit in text', () => {
  it('marks one model of arrivals and one law of service, and shows the trace beside the model', () => {
    const lines = fitLines(fit);
    expect(lines.filter((line) => line.includes('✓'))).toHaveLength(3 + (fit.checks ?? []).length);
    expect(lines[1]).toBe(
      '  ✓ The fitted load may be planned with: what decides a limit is within about a quarter of the trace, or no further off than chance.',
    );
    expect(lines.find((line) => line.includes('✓ Poisson'))).toBeDefined();
    expect(lines.find((line) => /✓ 0\.0\d\d {2}exponential/.test(line))).toBeDefined();
    expect(lines.filter((line) => /trace [\d.]+, model [\d.]+/.test(line))).toHaveLength(fit.arrivalModels[fit.chosen.arrivals]?.fit.length ?? -1);
    expect(lines.find((line) => line.includes('time of day'))).toMatch(/[▁-█]{24}/u);
  });

  it('leaves out what a trace without service times, or of an hour, cannot say', () => {
    const short = fitLines(fitOf(atUs.filter((us) => us < (atUs[0] as number) + DAY / 24)));
    expect(short.join('\n')).not.toMatch(/Service|time of day {2}/);
  });

  it('of few rows gives no verdict, and of arrivals alone only theirs', () => {
    const few = fitOf(atUs.slice(0, 99), new Array<number>(99).fill(5 * S));
    expect(fitLines(few)[1]).toBe('  ? Too few rows to tell whether the fitted load may be planned with (99; it takes 100). Plan with the trace itself.');
    expect(fitMarkdown(few)).toMatch(/^# Fit of .*\n\n\*\*\? Too few rows to tell/);
    expect(fitMarkdown(few)).not.toContain('What decides a limit');
    expect(fitOf(atUs.slice(0, 100), new Array<number>(100).fill(5 * S)).verdict).toBe('alike');
    expect(fitLines(fitOf(atUs))[1]).toMatch(/^ {2}✓ The fitted load may be planned with, its arrivals only, for the trace has no service times: /);
  });

  it('as Markdown has every hour of the day and every law', () => {
    const text = fitMarkdown(fit);
    for (let hour = 0; hour < 24; hour++) expect(text).toContain(`| ${String(hour).padStart(2, '0')}:00 |`);
    for (const { law } of fit.serviceLaws) expect(text).toContain(law === 'empirical' ? 'quantiles' : law);
  });

  it('escapes what names hold', () => {
    const evil = { ...fit, file: 'a|b`<img src=x>`.csv', skipped: [{ reason: '"[x](http://evil)" is empty', count: 3 }] };
    const text = fitMarkdown(evil);
    expect(text).not.toContain('<img');
    expect(text).not.toContain('http://evil');
    expect(text).toContain('a\\|b&#96;&lt;img');
  });
});
