import { describe, expect, it } from 'vitest';
import { checkDeadlines } from '../../src/plan/deadlines.js';
import { loadOfSetting } from '../../src/plan/load-from-setting.js';
import { loadOfScenario } from '../../src/plan/scenario/load-from-scenario.js';
import { Slos } from '../../src/plan/slos.js';
import { type PreparedVariant, prepareScenario } from '../../src/prepare.js';
import { sourceOfData } from '../../src/scenario/source.js';
import { FIVE_A_SECOND } from './settings.js';

const WAIT = 'p(95)<2s';
const DROPPED = 'start_timeouts < 0.1%';

function check(texts: readonly string[], startTimeoutMs = Number.POSITIVE_INFINITY, isOwn = false): string[] {
  const slos = new Slos(texts);
  return checkDeadlines(loadOfSetting({ ...FIVE_A_SECOND, startTimeoutMs }, slos), slos, '--slo', isOwn);
}

describe('a promise about start_timeouts', () => {
  it.each([DROPPED, 'start_timeouts count == 0'])('means nothing where no request has a start_timeout: %s', (text) => {
    expect(() => check([WAIT, text])).toThrow(`--slo ${JSON.stringify(text)}: expected requests with a start_timeout, but none has one`);
  });

  it('can be made where requests have one, and other promises always', () => {
    expect(check([WAIT, DROPPED], 30_000)).toEqual([]);
    expect(check([WAIT])).toEqual([]);
  });

  it('that a scenario makes for its own ends is noted, unless it is all that is promised', () => {
    expect(check([WAIT, DROPPED], Number.POSITIVE_INFINITY, true)).toEqual([
      `No request of the load has a start_timeout: every limit keeps "${DROPPED}", and it has no part in the answer.`,
    ]);
    expect(() => check([DROPPED], Number.POSITIVE_INFINITY, true)).toThrow('every limit keeps this promise');
  });

  it('is about requests of the planned account, whatever others give theirs', () => {
    const neighbour = { as: 'other', ...EVERY_SECOND, startTimeout: '5s' };
    expect(() => checkOwn({}, neighbour)).toThrow('expected requests with a start_timeout, but none has one');
    expect(checkOwn({ startTimeout: '5s' }, { ...neighbour, startTimeout: undefined })).toEqual([]);
  });

  it('can be made of a timeout that the SDK sends along as one', () => {
    const patient = { call: 'subscribe', clientTimeout: '5s' };
    expect(checkOwn({ ...patient, sdk: 'python' })).toEqual([]);
    expect(() => checkOwn({ ...patient, sdk: 'js' })).toThrow('but none has one');
  });
});

const EVERY_SECOND = { endpoint: 'model', arrivals: { rate: '1/s', to: '1m' } };

/** A scenario's account `own`, and beside it whoever else sends. @param client how its requests are made */
function checkOwn(client: object, ...others: readonly object[]): string[] {
  const accounts = [{ id: 'own', limit: 2 }, ...others.map(() => ({ id: 'other', limit: 2 }))];
  const data = {
    name: 'shared',
    platform: { accounts, endpoints: [{ id: 'model', service: '1s' }] },
    workload: [{ as: 'own', ...EVERY_SECOND, ...client }, ...others],
  };
  const [variant] = prepareScenario(sourceOfData('shared.yaml', JSON.parse(JSON.stringify(data)))).variants as [PreparedVariant];
  const slos = new Slos([DROPPED]);
  const load = loadOfScenario(variant, { file: 'shared.yaml', account: 'own', slos, traceSource: () => [] });
  return checkDeadlines(load, load.slos, '--slo', false);
}
