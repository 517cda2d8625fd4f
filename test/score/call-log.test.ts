import { describe, expect, it } from 'vitest';
import { CallLog } from '../../src/score/wire/call-log.js';

const CALL = { atMs: 1, by: 'account’s key', method: 'GET', path: '/v1/account/concurrency', status: 200, says: '{"live":2}' };

describe('the record of calls', () => {
  it('holds no key, whole or in part, wherever an answer repeats it', () => {
    const log = new CallLog();
    log.hide('an-id:a-long-secret');
    log.note({ ...CALL, says: 'Bearer an-id:a-long-secret is unknown; a-long-secret too', path: '/x?key=a-long-secret' });
    expect(JSON.stringify(log.take())).not.toContain('a-long-secret');
  });

  it('is one line for a call that is made again with the same answer, and a new one when the answer changes', () => {
    const log = new CallLog();
    for (const atMs of [1, 2, 3]) log.note({ ...CALL, atMs });
    log.note({ ...CALL, atMs: 4, says: '{"live":0}' });
    log.note({ ...CALL, atMs: 5, path: '/other' });
    log.note({ ...CALL, atMs: 6, says: '{"live":0}' });
    expect(log.take().map(({ atMs, times, lastMs, says }) => [atMs, times, lastMs, says])).toEqual([
      [1, 3, 3, '{"live":2}'],
      [4, 2, 6, '{"live":0}'],
      [5, 1, 5, '{"live":2}'],
    ]);
  });

  it('begins anew for each experiment, and makes one line of an answer of many', () => {
    const log = new CallLog();
    log.note(CALL);
    expect(log.take()).toHaveLength(1);
    log.note({ ...CALL, says: 'one\ntwo\u001b[31m' });
    expect(log.take().map(({ says }) => says)).toEqual(['one two']);
  });
});
