import { createServer as createHttpServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Emulator, startEmulator } from '../../src/live/emulator.js';
import { hasBrowser, launchBrowser, SETUP_MS } from './chromium.js';

const ENDPOINT = 'fal-ai/flux/dev';

describe.skipIf(!hasBrowser)('a page of another origin', { timeout: SETUP_MS }, () => {
  let browser: Browser;
  let emulator: Emulator;
  let elsewhere: Server;
  let page: Page;

  beforeAll(async () => {
    emulator = await startEmulator({ speed: 100 });
    elsewhere = createHttpServer((_request, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><title>elsewhere</title>'));
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    browser = await launchBrowser();
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`);
  }, SETUP_MS);
  afterAll(async () => {
    await browser?.close();
    elsewhere?.close();
    await emulator?.close();
  });

  const key = (): { url: string; endpoint: string; key: string } => ({ url: emulator.url, endpoint: ENDPOINT, key: emulator.credentials() });

  it('submits, and hears the id of its request', async () => {
    const answer = await page.evaluate(async ({ url, endpoint, key }) => {
      const headers = { authorization: `Key ${key}`, 'content-type': 'application/json', 'x-fal-queue-priority': 'low' };
      const response = await fetch(`${url}/queue/${endpoint}`, { method: 'POST', headers, body: '{"prompt":"a cat"}' });
      return { status: response.status, id: response.headers.get('x-fal-request-id'), body: await response.json() };
    }, key());
    expect(answer).toMatchObject({ status: 200, id: answer.body.request_id });
  });

  it('streams with a token in the address', async () => {
    const text = await page.evaluate(async ({ url, endpoint, key }) => {
      const json = { 'content-type': 'application/json' };
      const body = JSON.stringify({ allowed_apps: [endpoint.split('/')[1]], token_expiration: 60 });
      const token = await (await fetch(`${url}/rest/tokens`, { method: 'POST', headers: { ...json, authorization: `Key ${key}` }, body })).json();
      const stream = await fetch(`${url}/run/${endpoint}/stream?fal_jwt_token=${token}`, { method: 'POST', headers: json, body: '{"prompt":"a cat"}' });
      return `${stream.status} ${await stream.text()}`;
    }, key());
    expect(text).toMatch(/^200 data: /);
  });

  it('uploads a file with PUT', async () => {
    const status = await page.evaluate(async ({ url, key }) => {
      const headers = { authorization: `Key ${key}`, 'content-type': 'application/json' };
      const body = JSON.stringify({ content_type: 'image/png', file_name: 'cat.png' });
      const { upload_url } = await (await fetch(`${url}/rest/storage/upload/initiate?storage_type=fal-cdn-v3`, { method: 'POST', headers, body })).json();
      return (await fetch(upload_url, { method: 'PUT', headers: { 'content-type': 'image/png' }, body: new Uint8Array([1, 2, 3]) })).status;
    }, key());
    expect(status).toBe(200);
  });

  it.each(['/v1/account/slots', '/concurrency', '/status'])('may not read %s', async (path) => {
    const outcome = await page.evaluate(
      async ({ url, key, path }) => fetch(url + path, { headers: { authorization: `Key ${key}` } }).then(({ status }) => status, String),
      { ...key(), path },
    );
    expect(outcome).toMatch(/Failed to fetch/);
  });
});
