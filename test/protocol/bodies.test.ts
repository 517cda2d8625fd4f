import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { copyAnswerHeaders } from '../../src/protocol/answer-headers.js';
import { eventText } from '../../src/protocol/event-stream.js';
import { nestsDeeperThan } from '../../src/protocol/nesting.js';
import { atConcurrencyLimit, lockedAccount } from '../../src/protocol/problem.js';
import { completedBody, inProgressBody, inQueueBody, logsJson, requestLinks, submittedBody } from '../../src/protocol/queue-bodies.js';

const LINKS = requestLinks('http://127.0.0.1:8080/queue', { namespace: '', owner: 'a', alias: 'b', path: 'c' }, 'id-1');
const LINK_FIELDS = {
  request_id: 'id-1',
  response_url: 'http://127.0.0.1:8080/queue/a/b/requests/id-1',
  status_url: 'http://127.0.0.1:8080/queue/a/b/requests/id-1/status',
  cancel_url: 'http://127.0.0.1:8080/queue/a/b/requests/id-1/cancel',
};

describe('bodies of the queue are JSON with exactly the documented members', () => {
  it('submitted', () => {
    expect(JSON.parse(submittedBody(LINKS, 2, undefined))).toEqual({ status: 'IN_QUEUE', ...LINK_FIELDS, queue_position: 2 });
    expect(JSON.parse(submittedBody(LINKS, 2, 'g')).gateway_request_id).toBe('g');
  });

  it('in the queue, in progress', () => {
    expect(JSON.parse(inQueueBody(LINKS, 7))).toEqual({ status: 'IN_QUEUE', ...LINK_FIELDS, queue_position: 7 });
    expect(JSON.parse(inProgressBody(LINKS, 'null'))).toEqual({ status: 'IN_PROGRESS', ...LINK_FIELDS, logs: null });
  });

  it('completed, whatever a model puts into its error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.option(fc.string(), { nil: undefined }), (error, errorType) => {
        const body = JSON.parse(completedBody(LINKS, 'null', 1.25, error, errorType));
        expect(body).toEqual({
          status: 'COMPLETED',
          ...LINK_FIELDS,
          logs: null,
          metrics: { inference_time: 1.25 },
          error,
          ...(errorType === undefined ? {} : { error_type: errorType }),
        });
      }),
    );
  });

  it('logs, whatever a model prints', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (messages) => {
        const lines = messages.map((message) => ({ message, level: 'INFO', timestamp: 't' }));
        expect(JSON.parse(logsJson(lines))).toEqual(lines.map((line) => ({ ...line, source: 'USER' })));
      }),
    );
  });
});

test('an event is one line, whatever its JSON says', () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      const compact = JSON.stringify(JSON.parse(json));
      expect(eventText(compact).split('\n')).toEqual([`data: ${compact}`, '', '']);
    }),
  );
});

test('the concurrency 429 says type, not error_type, and has no Retry-After (rows 19, 61)', () => {
  expect(atConcurrencyLimit(20)).toEqual({
    status: 429,
    body: { detail: 'Reached concurrent requests limit of 20', type: 'concurrent_requests_limit', data: { limit: 20 } },
    headers: { 'x-fal-needs-retry': '1' },
  });
});

test('a locked account reads its reason once', () => {
  const detail = 'User is locked. Reason: TOP_UP';
  expect(lockedAccount('TOP_UP').body).toEqual({ detail });
  expect(lockedAccount(detail).body).toEqual({ detail });
});

describe('headers of a model', () => {
  function copied(headers: Record<string, string>, status = 200): Record<string, string> {
    const kept: Record<string, string> = {};
    copyAnswerHeaders(headers, status, (name, value) => {
      kept[name] = value;
    });
    return kept;
  }

  it('lose what belongs to the connection, to the runner or to nobody', () => {
    expect(copied({ 'X-Mine': 'a', Connection: 'close', 'x-fal-stop-runner': '1', 'bad name': 'x', 'x-split': 'a\r\nb: c' })).toEqual({ 'x-mine': 'a' });
  });

  test.each([
    [200, false],
    [404, false],
    [429, true],
    [500, true],
  ])('X-Fal-Needs-Retry on %i is kept: %s (row 34)', (status, kept) => {
    expect('x-fal-needs-retry' in copied({ 'x-fal-needs-retry': '1' }, status)).toBe(kept);
  });
});

describe('nesting', () => {
  it('is counted outside strings only', () => {
    const brackets = `"${'['.repeat(1000)}\\"{"`;
    expect(nestsDeeperThan(`[${brackets}]`, 5)).toBe(false);
    expect(nestsDeeperThan(`[[[[[[${brackets}]]]]]]`, 5)).toBe(true);
  });

  it('agrees with a count of the parsed value', () => {
    const depthOf = (value: unknown): number => (typeof value !== 'object' || value === null ? 0 : 1 + Math.max(0, ...Object.values(value).map(depthOf)));
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), fc.integer({ min: 1, max: 9 }), (value, levels) => {
        expect(nestsDeeperThan(JSON.stringify(value), levels)).toBe(depthOf(value) > levels);
      }),
    );
  });
});
