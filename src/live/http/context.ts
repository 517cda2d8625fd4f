import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Caller } from '../world/keys.js';
import type { LiveWorld } from '../world/live-world.js';
import type { WireCall } from './wire-call.js';

/** How much a caller may send, hold open, and for how long. */
export interface ServerLimits {
  /** JSON bodies. */
  readonly bodyBytes: number;
  /** JSON bodies that are being read at once, all callers together. */
  readonly readingBytes: number;
  /** Uploaded files, and parts of them. */
  readonly uploadBytes: number;
  readonly headerBytes: number;
  readonly connections: number;
  /** Server-sent events and realtime connections open at once, all callers together. */
  readonly streams: number;
  /** Until all headers are there, ms of wall time. */
  readonly headersTimeoutMs: number;
  /** Until the whole request is there. */
  readonly requestTimeoutMs: number;
  readonly keepAliveTimeoutMs: number;
}

export interface ServerSettings {
  /** Where callers reach this server, without a slash at its end; undefined: as each request's Host header says. */
  readonly publicUrl: string | undefined;
  readonly limits: ServerLimits;
  /** Whether webhooks may go to private addresses other than loopback. */
  readonly allowsPrivateWebhooks: boolean;
  /** The provider profile beside fal's: NexaAPI as its advertisement has it. */
  readonly offersNexa: boolean;
}

/** What every group of routes is given. */
export interface HttpContext {
  readonly world: LiveWorld;
  readonly settings: ServerSettings;
  /**
   * Who calls. Throws the 401 of fal's shape for no key and for one that is not accepted.
   * With `app` (`owner/alias`) a token for it is accepted too: `?fal_jwt_token=` or `Authorization: Bearer`.
   */
  authenticate(request: WireCall, app?: string): Caller;
  /** The same, and its scope must be at least this: else the platform API's 403 `authorization_error`. */
  authorise(request: FastifyRequest, scope: 'ADMIN' | 'OPERATOR'): Caller;
  /** Where this caller reaches this server: `http://127.0.0.1:8080`. */
  publicUrl(request: WireCall): string;
  /** Counts one more open stream. Throws 503 when there are too many. @returns a function that gives the place back, once */
  openStream(): () => void;
  /** The server is about to close: streams end. Aborted then. */
  readonly closing: AbortSignal;
}

/** A group of routes. */
export type RouteGroup = (app: FastifyInstance, context: HttpContext) => void | Promise<void>;
