import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest';
import { type Emulator, startEmulator } from '../../../src/live/emulator.js';
import { makeAuthority, makeServerCertificate } from '../../../src/live/tls/local-authority.js';
import { LoadError } from '../../../src/load/driver.js';
import { connectionTrouble } from '../../../src/load/target/connection-trouble.js';
import { resolveTarget, type TargetNeeds, type TargetOptions } from '../../../src/load/target/resolve-target.js';
import { prepareScenario } from '../../../src/prepare.js';
import { sourceOfData } from '../../../src/scenario/source.js';

const SCENARIO = {
  name: 'test',
  platform: {
    policy: 'fal-939',
    accounts: [{ id: 'acme', limit: 10, keys: ['old', 'new'] }],
    endpoints: [{ id: 'fal-ai/flux/dev', service: '1s' }],
  },
  workload: [
    { as: 'acme/old', call: 'submit', arrivals: { burst: 6, at: '0s' } },
    { as: 'acme/new', call: 'submit', arrivals: { burst: 6, at: '0s' } },
  ],
  steps: [{ at: '1s', do: 'revoke-key', key: 'acme/old' }],
};
const NEEDS: TargetNeeds = { scenario: prepareScenario(sourceOfData('test', SCENARIO)).variants[0]?.scenario as never };
const KEYS = { 'acme/old': 'id-old:the-old-secret', 'acme/new': 'id-new:the-new-secret' };
const OPERATOR = 'op:a-long-operator-secret';

const servers: Server[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

describe('a slotstorm serve', () => {
  let emulator: Emulator;
  beforeAll(async () => {
    emulator = await startEmulator({ scenario: { ...SCENARIO, steps: [] } as never, credentials: KEYS, operator: OPERATOR, speed: 10, tls: true });
  });
  afterAll(() => emulator.close());

  it('is recognised, with its services below prefixes', async () => {
    const target = await resolveTarget({ url: emulator.url, credentials: KEYS, operator: OPERATOR }, { ...NEEDS, speed: 10 });
    expect(target).toEqual({
      kind: 'slotstorm',
      queueUrl: `${emulator.url}/queue`,
      runUrl: `${emulator.url}/run`,
      apiUrl: `${emulator.url}/v1`,
      ca: undefined,
      takesHints: true,
      credentials: KEYS,
      operator: OPERATOR,
    });
  });

  it('is asked with a handful of requests, and given no work', async () => {
    const before = emulator.requestLog().length;
    await resolveTarget({ url: emulator.url, credentials: KEYS, operator: OPERATOR }, NEEDS);
    const asked = emulator.requestLog().slice(before);
    expect(asked.map(({ method }) => method)).toEqual(asked.map(() => 'GET'));
    expect(asked.length).toBeLessThanOrEqual(5);
  });

  it('is found with the authority of its certificate, and only with that', async () => {
    const url = emulator.tlsUrl;
    const ca = readFileSync(emulator.caFile as string, 'utf8');
    expect((await resolveTarget({ url, credentials: KEYS, operator: OPERATOR, ca }, NEEDS)).kind).toBe('slotstorm');
    expect(await refusal({ url, operator: OPERATOR })).toMatch(/--ca FILE.*NODE_EXTRA_CA_CERTS/);
  });

  it('is told apart by its scheme', async () => {
    const { url, tlsUrl } = emulator;
    expect(await refusal({ url: url.replace('http:', 'https:') })).toContain(`--target ${url}`);
    expect(await refusal({ url: tlsUrl.replace('https:', 'http:') })).toContain(`--target ${tlsUrl}`);
  });

  it('may refuse a key, which is named, and its value is not', async () => {
    const message = await refusal({ url: emulator.url, credentials: { ...KEYS, 'acme/new': 'id-new:a-wrong-secret' }, operator: OPERATOR });
    expect(message).toContain('the key acme/new is not accepted');
    expect(message).not.toContain('wrong-secret');
  });

  it('may refuse the operator’s key', async () => {
    const message = await refusal({ url: emulator.url, operator: 'op:not-this-one' });
    expect(message).toContain('--operator-key');
    expect(message).not.toContain('not-this-one');
    expect(await refusal({ url: emulator.url, operator: KEYS['acme/new'] })).toContain('scope OPERATOR');
  });

  it('is of no use where its time passes otherwise', async () => {
    await expect(resolveTarget({ url: emulator.url, credentials: KEYS, operator: OPERATOR }, { ...NEEDS, speed: 1 })).rejects.toThrow('Give --speed 10');
  });

  it('is of no use then to whoever has no operator’s key either: its metrics say it', async () => {
    const options = { url: emulator.url, credentials: KEYS };
    await expect(resolveTarget(options, { ...withoutSteps(), speed: 1 })).rejects.toThrow('Give --speed 10');
    expect((await resolveTarget(options, { ...withoutSteps(), speed: 10 })).kind).toBe('slotstorm');
  });

  it('needs an operator for the steps of a scenario', async () => {
    expect(await refusal({ url: emulator.url, operator: undefined })).toMatch(/step 1 \(revoke-key acme\/old\).*--operator-key/s);
  });

  it('needs a key for each that the workload calls with', async () => {
    expect(await refusal({ url: emulator.url, credentials: { 'acme/old': KEYS['acme/old'] } })).toContain('--key acme/new=id:secret');
  });
});

describe('a server with fal’s API', () => {
  test.each([
    [404, { status: 'NOT_FOUND' }],
    [404, { detail: 'Application "fal-ai/flux" not found' }],
  ])('is recognised by %i with %j for an unknown request', async (status, body) => {
    const url = await serve((request, response) => {
      response.writeHead(request.url?.includes('/requests/') ? status : 404, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    const target = await resolveTarget({ url, credentials: KEYS }, withoutSteps());
    expect(target).toMatchObject({ kind: 'fal', queueUrl: url, runUrl: url, apiUrl: `${url}/v1`, takesHints: false });
  });

  it('may refuse a key, and repeat it: the message does not', async () => {
    const url = await serve((request, response) => response.writeHead(401).end(JSON.stringify({ detail: `bad ${request.headers.authorization}` })));
    const message = await refusal({ url }, withoutSteps());
    expect(message).toContain('the key acme/old is not accepted');
    expect(message).not.toContain('the-old-secret');
  });

  it('may have locked an account', async () => {
    const url = await serve((_request, response) => response.writeHead(403).end(JSON.stringify({ detail: 'User is locked. Reason: TOP_UP' })));
    expect(await refusal({ url }, withoutSteps())).toContain('User is locked. Reason: TOP_UP');
  });
});

describe('a slotstorm behind something', () => {
  it('that hides its metrics is refused without an operator’s key, for nobody knows how fast its time passes', async () => {
    const url = await serve(({ url: path }, response) => {
      const body = path === '/openapi.json' ? { info: { title: 'slotstorm emulator' } } : { detail: 'no such thing' };
      response.writeHead(path === '/openapi.json' ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    const message = await refusal({ url, operator: undefined }, { ...withoutSteps(), speed: 10 });
    expect(message).toMatch(/slotstorm_speed\), got 404.*Give --operator-key id:secret.*or let \/metrics through/);
  });
});

describe('an interrupt', () => {
  const reason = new Error('interrupted');

  it('ends the looks at a target at once, with its own reason', async () => {
    const over = new AbortController();
    const url = await serve(() => over.abort(reason));
    await expect(resolveTarget({ url, credentials: KEYS }, withoutSteps(), over.signal)).rejects.toBe(reason);
  });

  it('ends them where a connection is still awaited, too', async () => {
    const over = new AbortController();
    // Takes the connection, and never shakes hands.
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      sockets.push(socket);
      over.abort(reason);
    });
    const url = (await listening(server)).replace('http:', 'https:');
    await expect(resolveTarget({ url, credentials: KEYS }, withoutSteps(), over.signal)).rejects.toBe(reason);
  });

  it('that was there before asks nobody', async () => {
    let asked = 0;
    const url = await serve((_request, response) => {
      asked++;
      response.end();
    });
    await expect(resolveTarget({ url, credentials: KEYS }, withoutSteps(), AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(asked).toBe(0);
  });
});

describe('a server of another kind', () => {
  test.each<[string, RequestListener, RegExp]>([
    [
      'a web page',
      (_request, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>\u001b[2JWelcome</h1>'),
      /got 200, text\/html: "<h1>Welcome/,
    ],
    ['a redirect', (_request, response) => response.writeHead(301, { location: 'https://elsewhere.test/' }).end(), /got 301 to https:\/\/elsewhere\.test/],
    ['a bare 404', (_request, response) => response.writeHead(404).end(), /got 404, without a content type, no body/],
    ['a broken server', (_request, response) => response.writeHead(500, { 'content-type': 'application/json' }).end('{"detail":"boom"}'), /got 500/],
  ])('is refused: %s', async (_what, listener, words) => {
    const message = await refusal({ url: await serve(listener) }, withoutSteps());
    expect(message).toContain('does not answer like fal’s queue');
    expect(message).toMatch(words);
    expect(message).not.toMatch(/\p{Cc}/u);
  });

  it('is refused where it sends without end', async () => {
    const url = await serve((_request, response) => {
      const send = (): void => {
        while (!response.destroyed && response.write('x'.repeat(65_536)));
      };
      response.on('drain', send);
      send();
    });
    expect(await refusal({ url }, withoutSteps())).toContain('does not answer like fal’s queue');
  });

  it('is refused where it speaks no HTTP', async () => {
    const server = createTcpServer((socket) => socket.on('error', () => undefined).end('SSH-2.0-x\r\n', () => socket.destroy()));
    expect(await refusal({ url: await listening(server) }, withoutSteps())).toContain('expected an HTTP answer');
  });
});

describe('a target that is not there', () => {
  it('is down where nothing listens', async () => {
    const server = createTcpServer();
    const url = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    servers.length = 0;
    expect(await refusal({ url })).toMatch(/nothing listens there \(ECONNREFUSED\).*check host and port/);
  });

  test.each([
    [{ code: 'ENOTFOUND' }, 'no such host is known'],
    [{ code: 'EAI_AGAIN' }, 'the name server did not answer'],
    [{ code: 'UND_ERR_CONNECT_TIMEOUT' }, 'nobody answered within 5s'],
    [new DOMException('too late', 'TimeoutError'), 'none came in time'],
    [{ cause: { code: 'CERT_HAS_EXPIRED' } }, 'its certificate has expired'],
    [new Error('odd \u001b[2Jid-old:the-old-secret'), 'got an error: odd …'],
  ])('is told by what its socket said: %j', async (error, words) => {
    const trouble = await connectionTrouble(error, new URL('https://models.example.test'), ['id-old:the-old-secret']);
    expect(trouble.message).toContain(words);
    expect(trouble.message).toContain('https://models.example.test');
    expect(trouble.message).not.toContain('the-old-secret');
  });
});

describe('certificates', () => {
  it('for another name are said to be that', async () => {
    const authority = makeAuthority(Date.now());
    const { cert, key } = makeServerCertificate(authority, Date.now());
    const server = createTlsServer({ cert, key }, (_request, response) => response.end());
    const url = (await listening(server)).replace('http:', 'https:').replace('127.0.0.1', '127.0.0.2');
    expect(await refusal({ url, ca: authority.cert }, withoutSteps())).toMatch(/certificate is for another name/);
  });

  it('must be PEM', async () => {
    expect(await refusal({ url: 'http://127.0.0.1:1', ca: 'not a certificate' })).toContain('--ca: expected a PEM file');
  });
});

describe('credentials', () => {
  it('without a chance to be any are refused before anything is sent', async () => {
    const message = await refusal({ url: 'http://127.0.0.1:1', credentials: { ...KEYS, 'acme/new': 'two words\n' } });
    expect(message).toContain('--key acme/new');
    expect(message).not.toContain('two words');
  });
});

/** What the error says that a target is refused with. */
async function refusal(options: Partial<TargetOptions>, needs: TargetNeeds = NEEDS): Promise<string> {
  const error = await resolveTarget({ url: '', credentials: KEYS, operator: OPERATOR, ...options }, needs).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(LoadError);
  expect((error as LoadError).exitCode).toBe(104);
  return (error as LoadError).message;
}

function withoutSteps(): TargetNeeds {
  return { scenario: { ...NEEDS.scenario, steps: [] } };
}

async function serve(listener: RequestListener): Promise<string> {
  return listening(createServer(listener));
}

async function listening(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
