import { describe, expect, it } from 'vitest';
import { fingerprintOf } from '../../src/fuzz/discovery.js';
import { type Failure, firstViolation, signatureOf } from '../../src/fuzz/failure.js';
import type { InvariantVerdict } from '../../src/measure/result.js';
import type { ScenarioInput } from '../../src/scenario/schema.js';
import { violation } from './hands.js';

function verdict(id: InvariantVerdict['id'], event: number | undefined): InvariantVerdict {
  const example = { atUs: 10, event: event ?? 0, request: 'req-1', account: 'a1', key: 'k1', message: `${id} is broken` };
  const isBroken = event !== undefined;
  return {
    id,
    state: isBroken ? 'violated' : 'held',
    examined: 1,
    violations: isBroken ? 1 : 0,
    examples: isBroken ? [example as unknown as InvariantVerdict['examples'][number]] : [],
    reason: undefined,
    expected: 'held',
    verdict: isBroken ? 'fail' : 'pass',
  };
}

function story(...steps: NonNullable<ScenarioInput['steps']>): ScenarioInput {
  return { name: 'story', platform: { endpoints: [{ id: 'm1', service: '1s' }] }, steps };
}

describe('the failure of a run', () => {
  it('is the violation that came first', () => {
    expect(firstViolation([verdict('S-CAP', undefined), verdict('S-LEDGER', 40), verdict('L-REL', 12)])).toMatchObject({ id: 'L-REL', event: 12 });
  });

  it('is none where every invariant held', () => {
    expect(firstViolation([verdict('S-CAP', undefined)])).toBeUndefined();
  });

  it.each([
    ['held slot 17 for 3.2s', 'held slot 4 for 800ms'],
    ['started while 3 requests of the account were running', 'started while 12 requests of the account were running'],
    ['waits since 1m 3s', 'waits since 2h'],
    ['admission counts -1 slots of a1', 'admission counts 2 slots of a3'],
  ])('"%s" is "%s" but for numbers and names', (one, other) => {
    expect(signatureOf(violation('S-CAP', one))).toBe(signatureOf(violation('S-CAP', other)));
  });

  it('is told by the beginning of what is said, however long that is', () => {
    const long = `limit reached by ${'req-1 of acme, '.repeat(50_000)}`;
    expect(signatureOf(violation('S-CAP', long))).toBe(signatureOf(violation('S-CAP', long.replaceAll('req-1', 'req-2'))));
    expect(signatureOf(violation('S-CAP', `${'a b, '.repeat(100_000)}end`)).length).toBeLessThan(3_000);
    expect(signatureOf(violation('S-CAP', 'a '.repeat(100_000))).length).toBeLessThan(3_000);
  });

  it('differs by what is broken, and by what is said of it', () => {
    const texts = [violation('S-CAP', 'held'), violation('S-ORPH', 'held'), violation('S-CAP', 'given back')].map(signatureOf);
    expect(new Set(texts).size).toBe(3);
  });
});

describe('a fingerprint', () => {
  const failure: Failure = violation('S-CAP');

  it('tells stories apart by the kinds of their steps, not by their times and places', () => {
    const revoked = fingerprintOf(failure, story({ at: '1s', do: 'revoke-key', key: 'a1/k1' }));
    expect(fingerprintOf(failure, story({ at: '9s', do: 'revoke-key', key: 'a2/k2' }))).toBe(revoked);
    expect(fingerprintOf(failure, story())).not.toBe(revoked);
    expect(fingerprintOf(violation('S-ORPH'), story({ at: '1s', do: 'revoke-key', key: 'a1/k1' }))).not.toBe(revoked);
  });

  it('is a name for files', () => {
    expect(fingerprintOf(failure, undefined)).toMatch(/^[0-9a-f]{8}$/);
  });
});
