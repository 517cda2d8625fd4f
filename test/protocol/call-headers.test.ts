import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type CallTerms, readCallTerms, readFlag, type WireHeaders } from '../../src/protocol/call-headers.js';

function terms(headers: WireHeaders): CallTerms {
  const read = readCallTerms(headers);
  if ('status' in read) expect.unreachable(`refused: ${JSON.stringify(read.body)}`);
  return read;
}

test('without headers there are no terms', () => {
  expect(terms({})).toEqual({ startTimeoutUs: undefined, low: false, hint: undefined, retries: undefined, storesPayload: true, tags: {} });
});

describe('the start timeout', () => {
  test.each([
    ['30', 30_000_000],
    ['30.0', 30_000_000],
    ['12.5', 12_500_000],
    ['0.2', 200_000],
    ['1e2', 100_000_000],
    ['1e300', 1e15],
  ])('%s seconds', (text, us) => {
    expect(terms({ 'x-fal-request-timeout': text }).startTimeoutUs).toBe(us);
    expect(terms({ 'x-fal-request-start-timeout': text, 'x-fal-request-timeout': 'bad' }).startTimeoutUs).toBe(us);
  });

  test.each(['0.1', '0', '-5', '', 'soon', 'NaN', 'Infinity', '1,5', '30, 30', '0x10'])('%j is a bad request (row 70)', (text) => {
    expect(readCallTerms({ 'x-fal-request-timeout': text })).toMatchObject({
      status: 400,
      body: { error_type: 'bad_request' },
      headers: { 'x-fal-error-type': 'bad_request' },
    });
  });
});

test.each([
  ['low', true],
  ['normal', false],
  ['LOWEST', false],
  ['', false],
])('priority %j: only low lowers (row 54)', (text, low) => {
  expect(terms({ 'x-fal-queue-priority': text }).low).toBe(low);
});

describe('retries', () => {
  test.each(['1', 'true', 'yes', 'YES'])('X-Fal-No-Retry: %s beats the config', (text) => {
    expect(terms({ 'x-fal-no-retry': text, 'x-fal-retry-config': '{"timeout":{"retries":3}}' }).retries).toMatchObject({ never: true, timeout: undefined });
  });

  test.each(['0', 'no', ''])('X-Fal-No-Retry: %j says nothing', (text) => {
    expect(terms({ 'x-fal-no-retry': text }).retries).toBeUndefined();
  });

  it('reads each condition of the config', () => {
    const config = '{"timeout":{"retries":0},"server_error":{"retries":3},"connection_error":{"retries":"many"}}';
    expect(terms({ 'x-fal-retry-config': config }).retries).toEqual({ never: false, timeout: 0, serverError: 3, connectionError: undefined });
  });

  test.each(['{', '3', 'null', '"x"'])('ignores the config %s silently (row 71)', (config) => {
    expect(terms({ 'x-fal-retry-config': config }).retries).toBeUndefined();
  });

  it('takes no negative and no broken number', () => {
    expect(terms({ 'x-fal-retry-config': '{"timeout":{"retries":-1},"server_error":{"retries":1.5},"__proto__":{"retries":1}}' }).retries).toEqual({
      never: false,
      timeout: undefined,
      serverError: undefined,
      connectionError: undefined,
    });
  });
});

describe('tags', () => {
  it('drops bad and reserved pairs silently', () => {
    expect(terms({ 'x-fal-tags': 'team=red, Project=x,fal.internal=1,empty=,noequals,a=b=c' }).tags).toEqual({ team: 'red', empty: '', a: 'b=c' });
  });

  it('keeps ten', () => {
    const pairs = Array.from({ length: 12 }, (_, index) => `k${index}=v`).join(',');
    expect(Object.keys(terms({ 'x-fal-tags': pairs }).tags)).toHaveLength(10);
  });

  it('drops values and keys that are too long', () => {
    expect(terms({ 'x-fal-tags': `long=${'v'.repeat(257)},${'k'.repeat(65)}=v,ok=v` }).tags).toEqual({ ok: 'v' });
  });

  it('does not touch the prototype of anything', () => {
    expect(Object.entries(terms({ 'x-fal-tags': '__proto__=x' }).tags)).toEqual([['__proto__', 'x']]);
  });
});

test.each([
  [undefined, false],
  ['0', false],
  ['false', false],
  ['1', true],
  ['true', true],
  ['2', undefined],
  [['1', '0'], undefined],
])('the flag %j is %s', (text, flag) => {
  expect(readFlag(text)).toBe(flag);
});

test('any headers are read or refused with 400, never thrown at', () => {
  const names = [
    'x-fal-request-timeout',
    'x-fal-request-start-timeout',
    'x-fal-queue-priority',
    'x-fal-runner-hint',
    'x-fal-no-retry',
    'x-fal-retry-config',
    'x-fal-tags',
  ];
  const value = fc.oneof(fc.string(), fc.json(), fc.array(fc.string()));
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...names), value), (headers) => {
      const read = readCallTerms(headers);
      if ('status' in read) expect(read.status).toBe(400);
      else if (read.startTimeoutUs !== undefined) expect(Number.isSafeInteger(read.startTimeoutUs)).toBe(true);
    }),
  );
});
