import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { parseAppId } from '../../src/protocol/app-id.js';
import { canonicalUrl, FOREIGN_TARGET } from '../../src/protocol/target.js';

const LOCAL = '127.0.0.1:8080';

describe('a call reaches the same path whatever way its client took', () => {
  test.each([
    ['by prefix', '/queue/fal-ai/flux/dev', LOCAL, undefined],
    ['by host', '/fal-ai/flux/dev', 'queue.fal.run', undefined],
    ['by host with a port', '/fal-ai/flux/dev', 'queue.fal.run:8443', undefined],
    ['by host in capitals', '/fal-ai/flux/dev', 'QUEUE.fal.run', undefined],
    ['by the backup host', '/fal-ai/flux/dev', 'queue.falrun.com', undefined],
    ['by proxy header at any path', '/api/fal/proxy', LOCAL, 'https://queue.fal.run/fal-ai/flux/dev'],
    ['by proxy header to this address', '/api/fal/proxy', LOCAL, 'http://127.0.0.1:8080/queue/fal-ai/flux/dev'],
    ['as through a forward proxy', 'http://queue.fal.run/fal-ai/flux/dev', 'queue.fal.run', undefined],
    ['with a trailing slash', '/queue/fal-ai/flux/dev/', LOCAL, undefined],
    ['with doubled slashes', '//queue//fal-ai/flux/dev', LOCAL, undefined],
    ['with escaped slashes', '/queue/fal-ai%2Fflux%2fdev', LOCAL, undefined],
  ])('%s', (_how, url, host, target) => {
    expect(canonicalUrl(url, host, target)).toBe('/queue/fal-ai/flux/dev');
  });
});

test.each([
  ['fal.run', '/run'],
  ['falrun.com', '/run'],
  ['ws.fal.run', '/run'],
  ['rest.fal.ai', '/rest'],
  ['rest.alpha.fal.ai', '/rest'],
  ['v3.fal.media', '/cdn'],
  ['api.nexa-api.com', '/nexa'],
])('%s is %s', (host, prefix) => {
  expect(canonicalUrl('/a/b?c=d', host, undefined)).toBe(`${prefix}/a/b?c=d`);
  expect(canonicalUrl('/proxy', LOCAL, `https://${host}/a/b?c=d`)).toBe(`${prefix}/a/b?c=d`);
});

test('api.fal.ai says /v1 itself', () => {
  expect(canonicalUrl('/v1/keys', 'api.fal.ai', undefined)).toBe('/v1/keys');
});

test('tokens are asked for with a trailing slash', () => {
  expect(canonicalUrl('/tokens/', 'rest.fal.ai', undefined)).toBe('/rest/tokens');
});

test('links that were handed out under a fal host lead back', () => {
  expect(canonicalUrl('/queue/a/b/requests/1/status', 'queue.fal.run', undefined)).toBe('/queue/a/b/requests/1/status');
  expect(canonicalUrl('/cdn/files/x/y.png', 'fal.run', undefined)).toBe('/cdn/files/x/y.png');
});

describe('paths of requests', () => {
  test.each([
    ['/queue/a/b/requests/1/status', '/queue/a/b/requests/1/status'],
    ['/queue/a/b/requests/1/status/?logs=1', '/queue/a/b/requests/1/status?logs=1'],
    ['/queue/a/b/c/d/requests/1', '/queue/a/b/requests/1'],
    ['/queue/a/b/requests/1/', '/queue/a/b/requests/1'],
    ['/queue/a/b/requests/1/response', '/queue/a/b/requests/1'],
    ['/queue/a/b/c/requests/1/response/', '/queue/a/b/requests/1'],
    ['/queue/workflows/a/b/c/requests/1/cancel', '/queue/workflows/a/b/requests/1/cancel'],
    ['/queue/comfy/a/b/requests/1/status/stream', '/queue/comfy/a/b/requests/1/status/stream'],
    ['/queue/12345-my-app/requests/1', '/queue/12345/my-app/requests/1'],
  ])('%s is %s', (url, expected) => {
    expect(canonicalUrl(url, LOCAL, undefined)).toBe(expected);
  });
});

test.each([
  ['/run/12345-my-app', '/run/12345/my-app'],
  ['/run/a/b/stream', '/run/a/b/stream'],
  ['/run/a/b/realtime?fal_jwt_token=x', '/realtime/a/b?fal_jwt_token=x'],
  ['/run/workflows/a/b/c/realtime', '/realtime/workflows/a/b/c'],
])('%s is %s', (url, expected) => {
  expect(canonicalUrl(url, LOCAL, undefined)).toBe(expected);
});

test.each([
  'https://example.com/a/b',
  'file:///etc/passwd',
  'queue.fal.run/a/b',
  '',
  'http://10.0.0.1/queue/a/b',
  'https://queue.fal.run.evil.example/a/b',
  'ftp://127.0.0.1/queue/a/b',
])('the foreign target %j leads nowhere', (target) => {
  expect(canonicalUrl('/queue/a/b', LOCAL, target)).toBe(FOREIGN_TARGET);
});

describe('whatever comes in', () => {
  const anything = fc.oneof(fc.string(), fc.webUrl(), fc.stringMatching(/^\/(queue|run)\/[a-z%2f./-]{0,40}$/));

  it('is answered with some path and never throws', () => {
    fc.assert(
      fc.property(anything, fc.option(fc.string(), { nil: undefined }), fc.option(anything, { nil: undefined }), (url, host, target) => {
        expect(canonicalUrl(url, host, target)).toBeTypeOf('string');
      }),
    );
  });

  it('is left alone the second time', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\/(queue|run|cdn|v1)(\/[a-z0-9.-]{1,8}){0,6}\/?(\?[a-z=]{0,8})?$/), (url) => {
        const once = canonicalUrl(url, LOCAL, undefined);
        expect(canonicalUrl(once, LOCAL, undefined)).toBe(once);
      }),
    );
  });
});

describe('an app id', () => {
  test.each([
    ['fal-ai/flux', { namespace: '', owner: 'fal-ai', alias: 'flux', path: '' }],
    ['fal-ai/flux-pro/v1.1-ultra/redux', { namespace: '', owner: 'fal-ai', alias: 'flux-pro', path: 'v1.1-ultra/redux' }],
    ['workflows/me/story', { namespace: 'workflows', owner: 'me', alias: 'story', path: '' }],
    ['comfy/me/story/x', { namespace: 'comfy', owner: 'me', alias: 'story', path: 'x' }],
    ['12345-my-app', { namespace: '', owner: '12345', alias: 'my-app', path: '' }],
  ] as const)('%s', (id, app) => {
    expect(parseAppId(id)).toEqual(app);
  });

  test.each([
    '',
    'flux',
    'a/',
    '/a',
    'a//b',
    'a/b/',
    'workflows/me',
    'a/../b',
    '../a',
    'a/.',
    'a/b c',
    'a/b"',
    'a/b\n',
    'a/é',
    'a/requests',
    `a/${'b'.repeat(400)}`,
  ])('%j is none', (id) => {
    expect(parseAppId(id)).toBeUndefined();
  });

  it('holds nothing that would need an escape in JSON, in a header or in an address', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (id) => {
        if (parseAppId(id) === undefined) return;
        expect(encodeURI(id)).toBe(id);
        expect(JSON.stringify(id)).toBe(`"${id}"`);
      }),
    );
  });
});
