import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { FolderServer } from '../../src/cli/report/folder-server.js';
import { TestFolder } from './folder.js';

const tmp = new TestFolder();

describe('the server of a folder of reports', () => {
  let server: FolderServer;

  beforeEach(async () => {
    const root = join(tmp.path, 'reports');
    for (const folder of ['a run', '.git', '.a.part']) mkdirSync(join(root, folder), { recursive: true });
    const files: Readonly<Record<string, string>> = {
      'index.html': '<p>all</p>',
      'a run/report.html': '<p>one</p>',
      'a run/index.html': '<p>of the run</p>',
      'a run/result.json': '{}',
      'a run/trace.ndjson.gz': 'x',
      'a run/unknown.svg': '<svg onload="alert(1)"/>',
      '.git/config': 'secret',
      '.a.part/report.html': 'secret',
      '.env': 'secret',
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
    writeFileSync(join(tmp.path, 'outside.txt'), 'secret');
    symlinkSync(join(tmp.path, 'outside.txt'), join(root, 'link.txt'));
    symlinkSync(join(root, '.env'), join(root, 'hidden.txt'));
    symlinkSync(tmp.path, join(root, 'up'));
    server = await FolderServer.start(root, 0);
  });

  afterEach(() => server.stop());

  test.each([
    ['/', 'text/html; charset=utf-8', '<p>all</p>'],
    ['/?x=1', 'text/html; charset=utf-8', '<p>all</p>'],
    ['/a%20run/', 'text/html; charset=utf-8', '<p>of the run</p>'],
    ['/a%20run/report.html', 'text/html; charset=utf-8', '<p>one</p>'],
    ['/a%20run/result.json', 'application/json; charset=utf-8', '{}'],
    ['/a%20run/trace.ndjson.gz', 'application/gzip', 'x'],
    ['/a%20run/unknown.svg', 'application/octet-stream', '<svg onload="alert(1)"/>'],
  ])('gives %s as %s, and lets nobody guess another type', async (path, type, body) => {
    const answer = await ask({ path });
    expect(answer).toMatchObject({ status: 200, body });
    expect(answer.headers).toMatchObject({ 'content-type': type, 'x-content-type-options': 'nosniff', 'content-length': String(body.length) });
    expect(answer.headers['content-security-policy']).toBeUndefined();
  });

  test.each([
    '/../outside.txt',
    '/%2e%2e/outside.txt',
    '/..%2foutside.txt',
    '/a%20run/..%2f..%2f..%2foutside.txt',
    '/..%5coutside.txt',
    '//etc/passwd',
    '/.env',
    '/%2eenv',
    '/.git/config',
    '/.a.part/report.html',
    '/link.txt',
    '/hidden.txt',
    '/up/outside.txt',
    '/%00',
    '/%E0%A4%A',
    '/nothing',
    '/a%20run/report.html/x',
    `/${'x'.repeat(5_000)}`,
  ])('gives nothing for %s', async (path) => {
    const { status, body } = await ask({ path });
    expect(status).toBe(404);
    expect(body).toBe('Not found.\n');
  });

  it('sends a folder on to its address with a slash', async () => {
    expect(await ask({ path: '/a%20run' })).toMatchObject({ status: 301, headers: { location: '/a%20run/' } });
  });

  it('answers HEAD without the file', async () => {
    expect(await ask({ path: '/index.html', method: 'HEAD' })).toMatchObject({ status: 200, body: '', headers: { 'content-length': '10' } });
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE'])('refuses %s', async (method) => {
    expect(await ask({ path: '/', method })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } });
  });

  it('answers to names of this machine alone, so that no other page can read it', async () => {
    expect((await ask({ path: '/', host: 'evil.example' })).status).toBe(403);
    expect((await ask({ path: '/', host: 'evil.example:127' })).status).toBe(403);
    for (const host of ['localhost.evil.example', 'evil-localhost', '127.0.0.1.evil.example', '127.0.0.1:80:80', 'evil.example#localhost', '0.0.0.0'])
      expect(await ask({ path: '/', host }), host).toMatchObject({ status: 403, body: 'This server answers only to names of this machine.\n' });
    for (const host of ['localhost', 'LocalHost', '127.0.0.1', '[::1]'])
      expect((await ask({ path: '/', host: `${host}:${new URL(server.url).port}` })).status, host).toBe(200);
  });

  it('listens on this machine only', () => {
    expect(new URL(server.url).hostname).toBe('127.0.0.1');
  });

  interface Answer {
    readonly status: number | undefined;
    readonly headers: IncomingHttpHeaders;
    readonly body: string;
  }

  /** Sent as it stands: a browser would tidy the path up first. */
  function ask({ path, method = 'GET', host }: { readonly path: string; readonly method?: string; readonly host?: string }): Promise<Answer> {
    const { hostname, port } = new URL(server.url);
    return new Promise((resolve, reject) => {
      request({ hostname, port, path, method, agent: false, ...(host === undefined ? {} : { headers: { host } }) }, (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          body += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body }));
      })
        .on('error', reject)
        .end();
    });
  }
});
