import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, test } from 'vitest';
import { localFetch, printEnvironment } from '../../src/live/client-environment.js';

const PLAIN = { baseUrl: 'http://127.0.0.1:8080', credentials: 'id:secret' };
const SECURE = { ...PLAIN, tlsUrl: 'https://127.0.0.1:8443', caFile: '/tmp/ca.pem' };

/** What a shell that has read the text knows. */
function variables(text: string): Record<string, string> {
  const script = `${text}\nfor name in FAL_RUN_HOST FAL_QUEUE_RUN_HOST FAL_KEY SSL_CERT_FILE; do eval "printf '%s\\0' \\"\\$name=\\\${$name-}\\""; done`;
  const pairs = execFileSync('sh', ['-c', script], { encoding: 'utf8', env: { PATH: process.env['PATH'] } })
    .split('\0')
    .filter(Boolean);
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

/** The lines of JavaScript or Python in its comments. */
function commented(text: string, start: RegExp): string {
  const line = text.split('\n').find((candidate) => start.test(candidate));
  if (line === undefined) throw new Error(`no line like ${start}`);
  return line.replace(/^#\s*/, '');
}

describe('what a shell reads', () => {
  it('is where Python finds the emulator over TLS', () => {
    expect(variables(printEnvironment(SECURE))).toEqual({
      FAL_RUN_HOST: '127.0.0.1:8443/run',
      FAL_QUEUE_RUN_HOST: '127.0.0.1:8443/queue',
      FAL_KEY: 'id:secret',
      SSL_CERT_FILE: '/tmp/ca.pem',
    });
  });

  it('is the key alone without TLS, and says what to do instead', () => {
    const text = printEnvironment(PLAIN);
    expect(variables(text)).toEqual({ FAL_RUN_HOST: '', FAL_QUEUE_RUN_HOST: '', FAL_KEY: 'id:secret', SSL_CERT_FILE: '' });
    expect(commented(text, /RUN_URL_FORMAT/)).toContain('"http://127.0.0.1:8080/run/"');
  });

  test.each(["it's here", '$(touch /tmp/pwned)', '`id`', 'a\nexport FAL_KEY=stolen', '"; exit 1; "', '$HOME', 'a\\b', 'ü 🌊'])('keeps %j as text', (odd) => {
    const told = variables(printEnvironment({ ...SECURE, credentials: odd, caFile: odd }));
    expect([told['FAL_KEY'], told['SSL_CERT_FILE']]).toEqual([odd, odd]);
  });

  it('says what no variable moves', () => {
    const text = printEnvironment(SECURE);
    expect(commented(text, /REST_URL/)).toBe(
      'import fal_client; fal_client.client.REST_URL = "http://127.0.0.1:8080/rest"; fal_client.client.CDN_URL = "http://127.0.0.1:8080/cdn"',
    );
    expect(text).toContain('proxyUrl: { url: "http://127.0.0.1:8080/proxy", when: \'always\' }');
    expect(text).toContain('wss://fal.run');
  });
});

describe('the fetch', () => {
  /** Paths that a server was asked for by `fetch` as the client would use it. */
  async function asked(of: (base: string) => typeof fetch): Promise<string[]> {
    const paths: string[] = [];
    const server = createServer((request, response) => {
      paths.push(request.url ?? '');
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const local = of(base);
    for (const url of [
      'https://fal.run/a/b?x=1',
      'https://queue.fal.run/a/b',
      'https://rest.fal.ai/tokens/',
      'https://v3.fal.media/files/upload',
      `${base}/elsewhere`,
    ])
      await local(url);
    server.closeAllConnections();
    server.close();
    return paths;
  }
  const EXPECTED = ['/run/a/b?x=1', '/queue/a/b', '/rest/tokens/', '/cdn/files/upload', '/elsewhere'];

  it('takes calls of fal’s hosts to the emulator and leaves the others', async () => {
    expect(await asked(localFetch)).toEqual(EXPECTED);
  });

  it('that is printed does the same', async () => {
    const shim = (base: string): typeof fetch => {
      const text = printEnvironment({ ...PLAIN, baseUrl: base });
      const lines = [commented(text, /const to = /), commented(text, /const local = /), 'return local;'];
      return new Function(lines.join('\n'))() as typeof fetch;
    };
    expect(await asked(shim)).toEqual(EXPECTED);
  });
});
