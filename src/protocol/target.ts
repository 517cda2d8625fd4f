import { appName, parseAppId } from './app-id.js';

/** What each of fal's hosts is here: the prefix that its paths are served under. `api.fal.ai` says `/v1` itself. */
const PREFIX_OF_HOST: ReadonlyMap<string, string> = new Map([
  ['fal.run', '/run'],
  ['falrun.com', '/run'],
  ['ws.fal.run', '/run'],
  ['queue.fal.run', '/queue'],
  ['queue.falrun.com', '/queue'],
  ['rest.fal.ai', '/rest'],
  ['rest.alpha.fal.ai', '/rest'],
  ['api.fal.ai', ''],
  ['v3.fal.media', '/cdn'],
  ['api.nexa-api.com', '/nexa'],
]);

/** What a call that names a foreign host in `x-fal-target-url` is sent to. No route is there. */
export const FOREIGN_TARGET = '/foreign-target';

/** Links that the server hands out begin with these, whatever host the client asked. */
const OWN_PREFIX = /^\/(?:run|queue|rest|cdn|nexa)\//;

const QUEUE = '/queue/';
const RUN = '/run/';
const REQUESTS = '/requests/';
const RESPONSE = '/response';
const REALTIME = '/realtime';
/** Where realtime connections are served: a path of its own, so that it can be told from a direct call by GET. */
export const REALTIME_PREFIX = '/realtime/';

/**
 * The one path that a call is served under, whatever way its client took.
 *
 * ```
 * x-fal-target-url: https://queue.fal.run/a/b/c      ─┐
 * POST /a/b/c            Host: queue.fal.run          ├─▶ /queue/a/b/c
 * POST /queue/a/b/c/     Host: 127.0.0.1:8080        ─┘
 * GET  /queue/a/b/c/requests/1/response              ───▶ /queue/a/b/requests/1
 * GET  /run/a/b/c/realtime                           ───▶ /realtime/a/b/c
 * ```
 * CHOICE (2.2): on a fal host a path that begins with a prefix of ours keeps it, since our own links come back that way.
 * @param url the request's target, query and all @param host its Host header @param targetUrl its header `x-fal-target-url`
 */
export function canonicalUrl(url: string, host: string | undefined, targetUrl: string | undefined): string {
  if (targetUrl !== undefined) return fromAbsolute(targetUrl);
  if (url.charCodeAt(0) !== SLASH) return /^https?:\/\//i.test(url) ? fromAbsolute(url) : url;
  const prefix = host === undefined ? undefined : prefixOf(host);
  return tidy(prefix === undefined || OWN_PREFIX.test(url) ? url : prefix + url);
}

const SLASH = 47;

function prefixOf(host: string): string | undefined {
  // No fal host begins with a digit: addresses, the usual case, end here.
  if (host.charCodeAt(0) <= 57) return undefined;
  const colon = host.indexOf(':');
  return PREFIX_OF_HOST.get((colon === -1 ? host : host.slice(0, colon)).toLowerCase());
}

function fromAbsolute(text: string): string {
  if (!URL.canParse(text)) return FOREIGN_TARGET;
  const target = new URL(text);
  const path = target.pathname + target.search;
  const prefix = PREFIX_OF_HOST.get(target.hostname);
  if (prefix !== undefined) return tidy(OWN_PREFIX.test(path) ? path : prefix + path);
  return isLoopback(target.hostname) && /^https?:$/.test(target.protocol) ? tidy(path) : FOREIGN_TARGET;
}

/** A client that is pointed here by its own address may repeat it in the header, or ask as it would a forward proxy. */
function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function tidy(url: string): string {
  const question = url.indexOf('?');
  if (question === -1) return tidyPath(url);
  return tidyPath(url.slice(0, question)) + url.slice(question);
}

function tidyPath(raw: string): string {
  let path = raw;
  if (path.includes('//')) path = path.replace(/\/{2,}/g, '/');
  if (path.length > 1 && path.endsWith('/')) path = path.slice(0, -1);
  if (path.startsWith(QUEUE)) return queuePath(plain(path));
  if (path.startsWith(RUN)) return runPath(plain(path));
  return path;
}

/** Some clients escape the slashes of an id. Escaped dots are spelled out as well, so that nothing can hide behind them. */
function plain(path: string): string {
  if (!path.includes('%')) return path;
  return path
    .replace(/%2f/gi, '/')
    .replace(/%2e/gi, '.')
    .replace(/%7e/gi, '~')
    .replace(/\/{2,}/g, '/');
}

function queuePath(path: string): string {
  const at = path.indexOf(REQUESTS, QUEUE.length);
  if (at === -1) return appPath(QUEUE, path);
  const end = path.endsWith(RESPONSE) ? path.length - RESPONSE.length : path.length;
  return QUEUE + shortName(path.slice(QUEUE.length, at)) + path.slice(at, end);
}

function runPath(path: string): string {
  return path.endsWith(REALTIME) ? REALTIME_PREFIX + path.slice(RUN.length, -REALTIME.length) : appPath(RUN, path);
}

/** A legacy id has no slash: it is spelled out, so that routes see an owner and an alias. */
function appPath(prefix: string, path: string): string {
  return path.includes('/', prefix.length) ? path : prefix + shortName(path.slice(prefix.length));
}

function shortName(id: string): string {
  const app = parseAppId(id);
  return app === undefined ? id : appName(app);
}
