import { randomUUID } from 'node:crypto';
import { type IncomingMessage, type RequestListener, Server, type ServerOptions, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { REALTIME_PREFIX } from '../../protocol/target.js';
import type { ServerLimits } from './context.js';
import type { FastLane } from './fast-lane.js';
import { rewriteUrl } from './rewrite.js';
import { JSON_TYPE } from './wire-error.js';

/** How often connections are checked for having sent too little in too long a time, ms. */
const CHECKING_INTERVAL_MS = 1_000;
/** A peer that is gone without a word is noticed by the system after that silence, ms. */
const KEEP_ALIVE_PROBE_MS = 30_000;

/** What slow, endless and half-open clients meet. The same for the plain and the encrypted listener. */
export function listenerOptions(limits: ServerLimits): ServerOptions {
  return {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
    // Node itself would answer without a word; `answerMisfits` says what is missing.
    requireHostHeader: false,
    connectionsCheckingInterval: CHECKING_INTERVAL_MS,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_PROBE_MS,
    noDelay: true,
  };
}

/** Node's server, which hands on only those upgrades that somebody here understands. */
export class HttpListener extends Server {
  /** Is asked first. */
  lane: FastLane | undefined;

  constructor(
    limits: ServerLimits,
    private readonly onRequest: RequestListener,
  ) {
    super(listenerOptions(limits));
    this.maxConnections = limits.connections;
    this.on('request', this.#dispatch);
    answerMisfits(this);
  }

  override emit(event: string, ...details: unknown[]): boolean {
    if (event === 'upgrade' && !isRealtime(details[0] as IncomingMessage)) return refuseUpgrade(details[1] as Duplex);
    return super.emit(event, ...details);
  }

  readonly #dispatch: RequestListener = (request, response) => {
    if (isHostless(request)) refuse(response, 400, 'Header Host is missing');
    else if (this.lane?.takes(request, response) !== true) this.onRequest(request, response);
  };
}

/** What Node would refuse without a word, of either listener. */
export function answerMisfits(server: Pick<Server, 'on'>): void {
  server.on('connect', (_request, socket) =>
    answerRaw(socket, 405, 'This is no proxy: CONNECT is not served', { allow: 'GET, HEAD, POST, PUT, DELETE, OPTIONS' }),
  );
  server.on('checkExpectation', (_request, response) => refuse(response, 417, 'The only expectation that is met is 100-continue'));
}

/** The same for a listener that has no lane. */
export function withHost(onRequest: RequestListener): RequestListener {
  return (request, response) => {
    if (isHostless(request)) refuse(response, 400, 'Header Host is missing');
    else onRequest(request, response);
  };
}

function isHostless({ headers: { host }, httpVersion }: IncomingMessage): boolean {
  return host === undefined && httpVersion === '1.1';
}

/** Whoever speaks HTTP that badly is better off with another connection. */
function refuse(response: ServerResponse, status: number, detail: string): void {
  const body = JSON.stringify({ detail });
  response.writeHead(status, { 'content-type': JSON_TYPE, 'x-fal-request-id': randomUUID(), 'content-length': body.length, connection: 'close' });
  response.end(body);
}

function isRealtime(request: IncomingMessage): boolean {
  const { method, headers } = request;
  return method === 'GET' && headers.upgrade?.toLowerCase() === 'websocket' && rewriteUrl(request).startsWith(REALTIME_PREFIX);
}

/** Once a connection may be upgraded, Node reads neither a body nor another request from it: what stays HTTP must end here. */
function refuseUpgrade(socket: Duplex): true {
  answerRaw(socket, 400, 'Only GET of a realtime endpoint can be upgraded, and only to websocket');
  return true;
}

const ANSWERED_EARLY = new WeakMap<Duplex, IncomingMessage>();

/** A request was refused by its headers; its body still comes and is dropped. */
export function noteRefusedByHeaders(request: IncomingMessage): void {
  ANSWERED_EARLY.set(request.socket, request);
}

/** Answers what Node's parser gave up on, in the same shape as every other error. */
export function answerParserError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  // Two answers to one request would be taken for the answer to the next.
  if (ANSWERED_EARLY.get(socket)?.complete === false) {
    socket.end(() => socket.destroy());
    return;
  }
  if (error.code === 'HPE_HEADER_OVERFLOW') answerRaw(socket, 431, 'Request headers are too large');
  else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') answerRaw(socket, 408, 'The request did not arrive in time');
  else answerRaw(socket, 400, 'Not a valid HTTP/1.1 request');
}

function answerRaw(socket: Duplex, status: number, detail: string, more: Readonly<Record<string, string>> = {}): void {
  const body = JSON.stringify({ detail });
  const headers = { 'content-type': JSON_TYPE, 'content-length': body.length, 'x-fal-request-id': randomUUID(), connection: 'close', ...more };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n`;
  socket.on('error', ignore);
  socket.end(head + body, () => socket.destroy());
}

function ignore(): void {
  // The peer is gone already; there is nobody left to tell.
}
