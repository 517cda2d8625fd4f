import { describe, expect, it } from 'vitest';
import { INVARIANT_IDS } from '../../src/measure/invariants/registry.js';
import { percentText } from '../../src/report/zoo/matrix-cells.js';
import { renderZooPage } from '../../src/report/zoo/page.js';
import { renderZooTerminal } from '../../src/report/zoo/terminal.js';
import { badMatrix, goodMatrix } from './fixture.js';

const FACTS = { version: '1.2.3', date: '2026-01-01T00:00:00.000Z', command: 'npx slotstorm zoo --seeds 2' };

describe('the matrix in a terminal', () => {
  it('fits into 100 columns, names every checker and frames the decisive one', () => {
    const text = renderZooTerminal(goodMatrix(), { colour: false, width: 100 });
    for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100);
    for (const id of INVARIANT_IDS) expect(text).toContain(id);
    expect(text).toMatch(/✓ key-revoked +F1a +2\/2 +\[■\]/);
    expect(text).toContain('exit code 0');
  });

  it('says of what went wrong which seed shows it, and how to see it again', () => {
    const text = renderZooTerminal(badMatrix(), { colour: false, width: 100 });
    expect(text).toContain('missed in 1 seed, such as 2: S-CAP kept silent');
    expect(text).toContain('cured is not clean in 1 seed, such as 1: L-REL: violated');
    expect(text).toContain('npx slotstorm run scenarios/zoo/key-revoked.yaml --seed 2');
    expect(text).toContain('exit code 98');
  });

  it('lets no name command the terminal', () => {
    expect(renderZooTerminal(badMatrix(), { colour: false, width: 100 })).not.toContain('\u001b');
  });
});

describe('the matrix as a page', () => {
  it('holds entries, incidents, switches and figures, and loads nothing', () => {
    const page = renderZooPage(goodMatrix(), FACTS);
    for (const text of ['key-revoked', 'fal-ai/fal#939', 'platform.policy.onRevoke', 'strand', 'drain', 'leaked_slots: value >= 1', 'color-scheme'])
      expect(page).toContain(text);
    expect(page).not.toMatch(/(src|href)="(?!#|data:)/);
    expect(page).not.toContain('<script');
    expect(page).toContain("default-src 'none'");
  });

  it('marks the decisive checker, and that it has missed', () => {
    expect(renderZooPage(goodMatrix(), FACTS)).toContain('class="share all decisive"');
    expect(renderZooPage(badMatrix(), FACTS)).toContain('class="share many decisive missed"');
  });

  it('lets no name become markup', () => {
    const page = renderZooPage(badMatrix(), FACTS);
    expect(page).not.toContain('<img');
    expect(page).toContain('&lt;img');
  });
});

it('a share is never rounded to all or to none', () => {
  expect([0, 0.001, 0.5, 0.996, 1].map((share) => percentText(share))).toEqual(['0', '<1', '50', '>99', '100']);
});
