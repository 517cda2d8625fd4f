/** What clients are told about a running emulator. */
export interface ClientEnvironment {
  /** `http://127.0.0.1:8080`, without a slash at its end. */
  readonly baseUrl: string;
  /** `https://127.0.0.1:8443`; undefined: no TLS, and with it no unchanged Python client. */
  readonly tlsUrl?: string | undefined;
  /** The authority that signed the server's certificate. */
  readonly caFile?: string | undefined;
  /** `id:secret`. */
  readonly credentials: string;
}

/** Which path of the emulator stands for which host of fal's. */
const PREFIXES: Readonly<Record<string, string>> = { 'fal.run': '/run', 'queue.fal.run': '/queue', 'rest.fal.ai': '/rest', 'v3.fal.media': '/cdn' };

/**
 * `fetch` for `createFalClient({ credentials, fetch })`: calls of fal's hosts go to the emulator, all others where they say.
 * @param baseUrl without a slash at its end
 */
export function localFetch(baseUrl: string): typeof fetch {
  return (input, init) => {
    const url = new URL(input instanceof Request ? input.url : String(input));
    const prefix = PREFIXES[url.hostname];
    return prefix === undefined ? fetch(input, init) : fetch(`${baseUrl}${prefix}${url.pathname}${url.search}`, init);
  };
}

/** What each client needs to reach the emulator: a shell script whose comments hold what cannot be said by variables. */
export function printEnvironment(environment: ClientEnvironment): string {
  const sections = [javaScript(environment), python(environment), curl(environment)];
  return `${sections.flat().join('\n')}\n`;
}

function javaScript({ baseUrl, credentials }: ClientEnvironment): readonly string[] {
  const base = quoted(baseUrl);
  const prefixes = JSON.stringify(PREFIXES);
  return [
    '# JavaScript, @fal-ai/client: a fetch of two lines.',
    `#   const to = ${prefixes};`,
    `#   const local = (url, init) => { const u = new URL(url), p = to[u.hostname]; return fetch(p ? ${base} + p + u.pathname + u.search : url, init); };`,
    `#   const fal = createFalClient({ credentials: ${quoted(credentials)}, fetch: local });`,
    '# Or, from version 1.10.0 on, without one (a string is ignored in Node, it must be this object):',
    `#   createFalClient({ credentials: ${quoted(credentials)}, proxyUrl: { url: ${quoted(`${baseUrl}/proxy`)}, when: 'always' } })`,
    '# fal.realtime takes neither: it connects to wss://fal.run with the global WebSocket (Node 20 has none: take that of ws).',
    '#   const Socket = globalThis.WebSocket ?? (await import("ws")).WebSocket;',
    `#   globalThis.WebSocket = class extends Socket { constructor(url) { super(String(url).replace("wss://fal.run", ${quoted(`${baseUrl.replace(/^http/, 'ws')}/run`)})); } };`,
  ];
}

function python({ baseUrl, tlsUrl, caFile, credentials }: ClientEnvironment): readonly string[] {
  const key = `export FAL_KEY=${shellWord(credentials)}`;
  const moved = [
    '# Uploads and tokens are constants that no variable moves; set them after the import, before the first call:',
    `#   import fal_client; fal_client.client.REST_URL = ${quoted(`${baseUrl}/rest`)}; fal_client.client.CDN_URL = ${quoted(`${baseUrl}/cdn`)}`,
  ];
  if (tlsUrl === undefined)
    return ['', '# Python, fal-client: it speaks only https. Start with --tls, or set after the import:', ...plainPython(baseUrl), ...moved, key];
  const host = tlsUrl.replace(/^https:\/\//, '');
  const trust =
    caFile === undefined
      ? []
      : ['# SSL_CERT_FILE replaces what Python trusts: other https calls of the same process fail.', `export SSL_CERT_FILE=${shellWord(caFile)}`];
  return [
    '',
    '# Python, fal-client: it reads these when it is imported.',
    `export FAL_RUN_HOST=${shellWord(`${host}/run`)}`,
    `export FAL_QUEUE_RUN_HOST=${shellWord(`${host}/queue`)}`,
    key,
    ...trust,
    ...moved,
  ];
}

function plainPython(baseUrl: string): readonly string[] {
  const run = quoted(`${baseUrl}/run/`);
  const queue = quoted(`${baseUrl}/queue/`);
  return [`#   import fal_client; fal_client.client.RUN_URL_FORMAT = ${run}; fal_client.client.QUEUE_URL_FORMAT = ${queue}`];
}

function curl({ baseUrl }: ClientEnvironment): readonly string[] {
  const url = shellWord(`${baseUrl}/queue/fal-ai/flux/dev`);
  return ['', '# curl', `#   curl -H "Authorization: Key $FAL_KEY" -H 'content-type: application/json' -d '{"prompt":"a lighthouse"}' ${oneLine(url)}`];
}

/** A string of JavaScript and of Python, on one line. */
function quoted(text: string): string {
  return oneLine(JSON.stringify(text));
}

/** A word of a POSIX shell: nothing in it is more than text. */
function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A comment ends with its line: text from outside must not end it. */
function oneLine(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]/g, ' ');
}
