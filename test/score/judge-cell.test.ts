import { describe, expect, it } from 'vitest';
import { PRESET_NAMES } from '../../src/core/policy.js';
import { PROFILE_CLAIMS } from '../../src/score/claims.js';
import { missingAnswers, scoreExitCode } from '../../src/score/gate.js';
import { judgeCell, type RecordedExperiment } from '../../src/score/judge-cell.js';
import { QUESTION_IDS } from '../../src/score/questions.js';
import { scorecard } from './fixture.js';

const DECIDES = { says: 'it does', source: 'us', reach: 'decides' } as const;
const MODEL = { ...DECIDES, reach: 'model' } as const;
const NOTHING = { ...DECIDES, reach: 'nothing' } as const;

function recorded(short: string, passed: boolean | undefined): RecordedExperiment {
  return { observed: { name: short, done: '', expected: '', seen: '', short, passed, figures: [] }, evidence: `evidence/${short}/report.html`, rerun: '' };
}

describe('what experiments make of a claim', () => {
  it('an experiment that agrees shows it where it reaches what the claim is about', () => {
    expect(judgeCell(DECIDES, [recorded('yes', true)])).toMatchObject({ standing: 'shown', short: 'yes' });
    expect(judgeCell(undefined, [recorded('yes', true)])).toMatchObject({ standing: 'shown' });
  });

  it('an experiment on a model of somebody’s words never shows them, but can contradict them', () => {
    expect(judgeCell(MODEL, [recorded('yes', true)])).toMatchObject({ standing: 'claimed, not shown', short: 'in the model: yes' });
    expect(judgeCell(MODEL, [recorded('no', false)])).toMatchObject({ standing: 'refuted' });
  });

  it('one experiment that contradicts counts before all that agree, and its evidence comes first', () => {
    const cell = judgeCell(DECIDES, [recorded('yes', true), recorded('no', false), recorded('well', undefined)]);
    expect(cell).toMatchObject({ standing: 'refuted', short: 'no' });
    expect(cell.experiments.map(({ name }) => name)).toEqual(['no', 'yes', 'well']);
  });

  it('what could not be tried leaves a claim a claim, and is unknown where nobody claims anything', () => {
    expect(judgeCell(DECIDES, [recorded('not tried', undefined)]).standing).toBe('claimed, not shown');
    expect(judgeCell(undefined, [recorded('not tried', undefined)]).standing).toBe('unknown');
    expect(judgeCell(undefined, [])).toMatchObject({ standing: 'unknown', experiments: [] });
  });

  it('what is not part of a profile stays unknown, whatever its experiment sees', () => {
    for (const passed of [true, false, undefined]) expect(judgeCell(NOTHING, [recorded('one', passed)]).standing).toBe('unknown');
  });

  it('an answer that rests on an assumption says so', () => {
    expect(judgeCell({ ...DECIDES, isAssumed: true }, [recorded('no', false)]).short).toBe('no (an assumption)');
  });
});

describe('the claims', () => {
  it('of the advertisement reach nothing: no experiment on its profile can show one of them', () => {
    for (const id of QUESTION_IDS) expect(PROFILE_CLAIMS['nexaapi-claims'].claims[id].reach, id).not.toBe('decides');
  });

  it('each name their source', () => {
    for (const profile of PRESET_NAMES) for (const id of QUESTION_IDS) expect(PROFILE_CLAIMS[profile].claims[id].source).not.toBe('');
    for (const id of ['revoke-releases', 'slots-visible', 'cancel-stuck', 'status-page'] as const)
      expect(PROFILE_CLAIMS['fal-939'].claims[id].source).toContain('fal issue 939');
  });
});

describe('the gate', () => {
  it('asks every provider for what is required, and passes only what is shown', () => {
    expect(missingAnswers(scorecard('x'), ['revoke-releases', 'slots-visible'])).toEqual([
      { provider: 'http://127.0.0.1:8080', question: 'revoke-releases', standing: 'unknown' },
      { provider: 'x', question: 'slots-visible', standing: 'refuted' },
      { provider: 'http://127.0.0.1:8080', question: 'slots-visible', standing: 'unknown' },
    ]);
  });

  it('says 99 for what is refuted, 96 for what nobody could tell, 0 for nothing missing', () => {
    const missing = (standing: 'refuted' | 'unknown' | 'claimed, not shown') => ({ provider: 'x', question: 'status-page', standing }) as const;
    expect(scoreExitCode([missing('unknown'), missing('refuted')])).toBe(99);
    expect(scoreExitCode([missing('claimed, not shown')])).toBe(96);
    expect(scoreExitCode([])).toBe(0);
  });
});
