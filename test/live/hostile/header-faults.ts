import { type Fault, withHeader } from './fault.js';

function header(name: string, value: string): Fault {
  return (shot) => ({ ...withHeader(shot, name, value), name: `${name}: ${value.slice(0, 60)}` });
}

function again(name: string, value: string): Fault {
  return (shot) => ({ ...shot, headers: [...shot.headers, [name, value]], name: `${name} once more` });
}

export const HEADER_FAULTS: readonly Fault[] = [
  (shot) => ({ ...withHeader(shot, 'x-large', 'h'.repeat(64 * 1024)), name: '64 kB in one header' }),
  (shot) => ({
    ...shot,
    headers: [...shot.headers, ...Array.from({ length: 900 }, (_, n): [string, string] => [`x-${n}`, 'v'.repeat(60)])],
    name: '64 kB in 900 headers',
  }),
  (shot) => ({ ...shot, headers: [...shot.headers, ...Array.from({ length: 1900 }, (): [string, string] => ['x', 'v'])], name: '1,900 headers' }),
  ...[
    '',
    'Key',
    'Key ',
    'Key :',
    'Key a',
    'Key ::::',
    'Key a:b c',
    'Basic YTpi',
    'Bearer',
    'Bearer x.y.z',
    'key wrong:wrong',
    'Key \xff\xfe:\xff',
    'Key ../../etc',
    `Key ${'k'.repeat(8000)}:s`,
    'Digest a="b"',
  ].map((value) => header('authorization', value)),
  again('authorization', 'Key other:key'),
  again('content-type', 'text/plain'),
  again('host', 'fal.run'),
  ...['', 'fal.run', 'queue.fal.run:1', 'a b', '\xff', '[::1', '127.0.0.1:99999999', 'evil.example/..'].map((value) => header('host', value)),
  ...['soon', '-1', '0', '1e400', '0.05', 'Infinity', '1'.repeat(5000)].map((value) => header('x-fal-request-timeout', value)),
  ...['{', '[]', '{"server_error":{"retries":-1}}', '{"server_error":{"retries":1e400}}', '{"__proto__":{"retries":0}}'].map((value) =>
    header('x-fal-retry-config', value),
  ),
  ...['=', 'a=b,'.repeat(2000), '__proto__=x', 'fal.x=y', '\xe4=\xf6'].map((value) => header('x-fal-tags', value)),
  ...['x'.repeat(5000), '__proto__', '\xff'].map((value) => header('x-fal-runner-hint', value)),
  ...[
    'https://evil.example/',
    'file:///etc/passwd',
    'http://169.254.169.254/',
    'https://queue.fal.run',
    'https://queue.fal.run/../../v1/keys',
    '//',
    'not a url',
    `https://fal.run/${'a/'.repeat(3000)}`,
  ].map((value) => header('x-fal-target-url', value)),
  ...['bytes=0-', 'bytes=-', 'bytes=9-1', `bytes=${'0-1,'.repeat(500)}0-1`, 'lines=1-2', 'bytes=99999999999999999999-'].map((value) => header('range', value)),
  header('if-none-match', '"\xff'),
  header('accept', `text/event-stream${',a/b'.repeat(1000)}`),
  header('accept-encoding', 'gzip;q=NaN'),
  header('cookie', `slotstorm-session=${'x'.repeat(3000)}; =; ;;`),
  header('idempotency-key', 'k'.repeat(4000)),
  header('origin', 'https://evil.example'),
  header('x-fal-file-name', '../../../etc/passwd'),
  header('x-fal-object-lifecycle-preference', '{"expiration_duration_seconds":-1e999}'),
  header('upgrade', 'websocket'),
  header('connection', 'Upgrade, HTTP2-Settings'),
  header('http2-settings', 'AAMAAABkAARAAAAAAAIAAAAA'),
];
