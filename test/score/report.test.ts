import { describe, expect, it, test } from 'vitest';
import { renderCallsPage } from '../../src/report/score/calls-page.js';
import { renderScoreMarkdown } from '../../src/report/score/markdown.js';
import { renderScorePage } from '../../src/report/score/page.js';
import { renderScoreTerminal } from '../../src/report/score/terminal.js';
import { ALL_HOSTILE, HOSTILE_NAMES } from '../report/hostile-names.js';
import { scorecard } from './fixture.js';

const TERMINAL = { colour: false, width: 100, reportPath: 'reports/score/score.html' };

describe('the scorecard as a page', () => {
  it('shows each standing by word and symbol, and leads from each cell to its evidence', () => {
    const html = renderScorePage(scorecard());
    for (const word of ['</span> shown', '</span> refuted', '</span> claimed, not shown', '</span> unknown']) expect(html).toContain(word);
    expect(html.match(/class="answer" href="evidence\/one-http\/calls.html"/g)).toHaveLength(5);
    // What was not tried has no evidence: its cell leads to where that is said.
    expect(html).toContain('class="answer" href="#answer-2-revoke-releases"');
  });

  it('says of figures that never came that they were never seen, and of unknown charges that they are unknown', () => {
    const html = renderScorePage(scorecard());
    expect(html).toContain('never: <strong>never seen</strong>');
    expect(html).toContain('unknown: a name');
  });

  it('says before anything else that profiles are models', () => {
    expect(renderScorePage(scorecard())).toContain('Profiles are models, not companies.');
    const live = { ...scorecard(), providers: scorecard().providers.slice(1) };
    expect(renderScorePage(live)).not.toContain('Profiles are models');
  });

  test.each(Object.entries(HOSTILE_NAMES))('does as it should with %s in every text', (_what, name) => {
    const html = renderScorePage(scorecard(name));
    expect(html).not.toMatch(/<script>alert|<img src=x|<evil/);
    expect(html).not.toContain('\u202E');
  });
});

describe('the scorecard as text', () => {
  it('stays within the width of the terminal, and names required answers that are missing', () => {
    const text = renderScoreTerminal(scorecard(ALL_HOSTILE), [{ provider: 'x', question: 'status-page', standing: 'refuted' }], TERMINAL);
    expect(text).toContain('required, and refuted: x: status-page');
    expect(text).not.toContain('\u001b');
    expect(text).not.toMatch(/^::error/m);
  });

  it('is Markdown whose links lead to the evidence and whose names are no markup', () => {
    const text = renderScoreMarkdown(scorecard('<b>|@x'));
    expect(text).toContain('](evidence/one-http/calls.html)');
    expect(text).not.toContain('<b>');
    expect(text).not.toMatch(/[^;]@x/);
  });
});

describe('the record of calls as a page', () => {
  it('shows what was asked and answered, and leads back to the scorecard', () => {
    const html = renderCallsPage({
      provider: ALL_HOSTILE,
      about: 'an emulator',
      name: 'A key is revoked',
      done: '',
      expected: '',
      seen: '',
      passed: false,
      rerun: 'npx slotstorm score',
      version: '0.1.0',
      date: '2026-01-02T03:04:05.000Z',
      calls: [{ atMs: 12, by: 'admin key', method: 'DELETE', path: '/v1/keys/1', status: 204, says: ALL_HOSTILE, times: 3, lastMs: 90 }],
    });
    expect(html).toContain('DELETE /v1/keys/1');
    expect(html).toContain('3, until 90 ms');
    expect(html).toContain('href="../../score.html"');
    expect(html).not.toMatch(/<script>alert|<img src=x|<evil/);
  });
});
