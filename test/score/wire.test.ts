import { afterEach, describe, expect, it, vi } from 'vitest';
import type { QuestionId } from '../../src/score/questions.js';
import { runWire, type WireRecord, type WireTerms } from '../../src/score/wire/run-wire.js';
import type { WireProvider } from '../../src/score/wire/wire-provider.js';
import { MADE_SECRET, SomebodysPlatform } from './somebodys-platform.js';

const platform = new SomebodysPlatform();

afterEach(() => vi.restoreAllMocks());

/** Each look at the status page seems to take longer than a second: nobody has to wait for it. */
function makeLooksLong(): void {
  let aheadMs = 0;
  const now = performance.now.bind(performance);
  vi.spyOn(performance, 'now').mockImplementation(() => now() + aheadMs);
  platform.does.before = (call) => {
    if (call === 'GET /status') aheadMs += 1_500;
  };
}

interface Tried {
  readonly of: (question: QuestionId) => WireRecord['observed'];
  readonly records: readonly WireRecord[];
  readonly left: readonly string[];
}

async function tryAll(changes: Partial<WireProvider> = {}): Promise<Tried> {
  let left: readonly string[] = [];
  const cleanedUp = (what: readonly string[]): void => {
    left = what;
  };
  const records = await runWire(platform.provider(changes), { interrupt: new AbortController().signal, cleanedUp });
  return { records, left, of: (question) => records.find((one) => one.question === question)!.observed };
}

describe('an endpoint of somebody’s server is tried before anything else', () => {
  it('and where the queue does not take a request, nothing else is tried', async () => {
    platform.does.submitStatus = 404;
    await expect(tryAll()).rejects.toThrow(
      /--endpoint: expected "some\/model" of http:.* to answer {}, got 404: .*No such model.*Give an endpoint that is there/,
    );
    expect(platform.requests.size).toBe(0);
    expect(platform.keys.size).toBe(0);
  });

  it('and where a request is accepted without a name, which no queue of fal’s does, nothing else is tried', async () => {
    platform.does.submitStatus = 202;
    await expect(tryAll()).rejects.toThrow(/--endpoint: expected .* got 202/);
  });

  it('and where the queue takes what nobody answers, the one request is all there is', async () => {
    platform.does.resultStatus = 404;
    await expect(tryAll()).rejects.toThrow(/got 404: .*Application not found/);
    expect(platform.requests.size).toBe(1);
    expect(platform.open).toEqual([]);
  });

  it('and is evidence of no experiment: the first one shows its own calls only', async () => {
    const { records } = await tryAll();
    const [first] = records;
    expect(first?.question).toBe('slots-visible');
    expect(first?.calls[0]).toMatchObject({ method: 'GET', path: '/v1/account/concurrency' });
  });

  it('and where its work is not over in half a minute, the request is cancelled and the rest is tried', async () => {
    platform.does.workS = 1_000;
    const { of, left } = await tryAll();
    expect(of('revoke-releases').figures[1]).toMatchObject({ name: 'work of a request that is left alone, at least', value: 30 });
    expect(left).toEqual([]);
  });
});

describe('a revocation on somebody’s server', () => {
  it('is shown to release where all is over well before the work could have been, and nothing else', async () => {
    const { of, left } = await tryAll();
    expect(of('revoke-releases')).toMatchObject({ passed: true, short: 'yes, after 0s' });
    expect(left).toEqual([]);
  });

  it('is not shown to release where short work may simply have ended', async () => {
    platform.does.workS = 3;
    platform.does.onRevoke = 'drain';
    const { of } = await tryAll();
    expect(of('revoke-releases').passed).toBeUndefined();
    expect(of('revoke-releases').seen).toContain('one that was left alone took 3s, so that their work may have ended by itself');
  });

  it('is refuted by a drain of long work', async () => {
    platform.does.onRevoke = 'drain';
    expect((await tryAll()).of('revoke-releases')).toMatchObject({ passed: false, short: 'no: after 20s' });
  });

  it('shows nothing of slots that no list tells', async () => {
    platform.does.listsSlots = false;
    expect((await tryAll()).of('revoke-releases').passed).toBeUndefined();
  });
});

describe('others of the account, who take slots and give them back meanwhile,', () => {
  it('do not refute a good platform', async () => {
    makeLooksLong();
    platform.does.othersAt = (look) => 7 * look;
    platform.does.page = (slots) => 40 + 3 * slots;
    const { of } = await tryAll();
    expect(of('revoke-releases').passed).toBe(true);
    expect(of('slots-visible').passed).toBeUndefined();
    expect(of('slots-visible').short).toContain('perhaps by others');
    expect(of('status-page').passed).toBeUndefined();
  });

  it('do not excuse a platform that lists none of its slots', async () => {
    platform.does.othersAt = (look) => look;
    platform.does.listsSlots = false;
    expect((await tryAll()).of('slots-visible').passed).toBe(false);
  });
});

describe('a cancel on somebody’s server', () => {
  it('says nothing of stuck requests where none is known to be stuck, whether it ends one or not', async () => {
    expect((await tryAll()).of('cancel-stuck').passed).toBeUndefined();
    platform.does.cancelEnds = false;
    platform.does.workS = 1000;
    expect((await tryAll()).of('cancel-stuck').passed).toBeUndefined();
  });

  it('is shown to free what a revocation has left stuck, and refuted where that stays', async () => {
    platform.does.onRevoke = 'strand';
    const { of } = await tryAll();
    expect(of('revoke-releases').passed).toBe(false);
    expect(of('cancel-stuck')).toMatchObject({ passed: true, short: 'yes, 0s after the cancel' });
    platform.does.cancelEndsStranded = false;
    expect((await tryAll()).of('cancel-stuck').passed).toBe(false);
  });

  it('is not shown to free a slot that no list tells', async () => {
    platform.does.onRevoke = 'strand';
    platform.does.listsSlots = false;
    expect((await tryAll()).of('cancel-stuck')).toMatchObject({ passed: undefined });
  });
});

describe('a status page', () => {
  it('that shows a change only after more than a second is late', async () => {
    makeLooksLong();
    expect((await tryAll()).of('status-page')).toMatchObject({ passed: false, short: 'answers, but late' });
  });
});

describe('whatever an experiment has made', () => {
  it('is named where it is still there after the cancels were accepted', async () => {
    platform.does.onRevoke = 'strand';
    platform.does.cancelEndsStranded = false;
    const { left } = await tryAll();
    expect(platform.open).toHaveLength(2);
    expect(left).toEqual(platform.open.map((id) => `request ${id}`));
  });

  it('has its secrets in no record', async () => {
    const { records } = await tryAll();
    const text = JSON.stringify(records);
    expect(text).toContain('key_id');
    expect(text).not.toMatch(new RegExp(`${MADE_SECRET}|a-long-(main|admin)-secret`));
  });

  it('is cancelled or revoked also where the interrupt comes while it is being made', async () => {
    for (const making of ['POST /some/model', 'POST /v1/keys']) {
      const interrupt = new AbortController();
      const left = vi.fn<NonNullable<WireTerms['cleanedUp']>>();
      platform.does.before = (call) => (call === making ? interrupt.abort(new Error('interrupted here')) : undefined);
      await expect(runWire(platform.provider(), { interrupt: interrupt.signal, cleanedUp: left })).rejects.toThrow('interrupted here');
      expect(platform.requests.size).toBeGreaterThan(0);
      expect(platform.open).toEqual([]);
      expect(platform.keys.size).toBe(0);
      expect(left).toHaveBeenCalledWith([]);
    }
  });

  it('perhaps, for nobody answered, is named', async () => {
    platform.does.before = (call) => (call === 'POST /v1/keys' ? 'hang up' : undefined);
    const { left, of } = await tryAll();
    expect(of('revoke-releases')).toMatchObject({ passed: undefined, short: 'no answer' });
    expect(left).toEqual(['a key "slotstorm score", handed in without an answer']);
  });
});

describe('an experiment that cannot be ended', () => {
  it('says nothing where nobody answers', async () => {
    platform.does.before = (call) => (call === 'GET /v1/account/concurrency' ? 'hang up' : undefined);
    expect((await tryAll()).of('slots-visible').seen).toMatch(/^A call got no answer: /);
  });

  it('through a mistake of ours is no fault of the provider', async () => {
    platform.does.onRevoke = 'drain';
    const advance = (): void => {
      throw new TypeError('a mistake');
    };
    await expect(tryAll({ advance })).rejects.toThrow('a mistake');
  });
});
