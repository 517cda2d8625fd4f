import { type IncomingMessage, type RequestListener, Server, type ServerOptions, STATUS_CODES } from 'node:http';
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
  }

  override emit(event: string, ...details: unknown[]): boolean {
    if (event === 'upgrade' && !isRealtime(details[0] as IncomingMessage)) return refuseUpgrade(details[1] as Duplex);
    return super.emit(event, ...details);
  }

  readonly #dispatch: RequestListener = (request, response) => {
    if (this.lane?.takes(request, response) !== true) this.onRequest(request, response);
  };
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

/** Answers what Node's parser gave up on, in the same shape as every other error. */
export function answerParserError(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  if (error.code === 'HPE_HEADER_OVERFLOW') answerRaw(socket, 431, 'Request headers are too large');
  else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') answerRaw(socket, 408, 'The request did not arrive in time');
  else answerRaw(socket, 400, 'Not a valid HTTP/1.1 request');
}

function answerRaw(socket: Duplex, status: number, detail: string): void {
  const body = JSON.stringify({ detail });
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\ncontent-type: ${JSON_TYPE}\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`;
  socket.on('error', ignore);
  socket.end(head + body, () => socket.destroy());
}

function ignore(): void {
  // The peer is gone already; there is nobody left to tell.
}
