import type { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import autocannonFunction from 'autocannon';

/*
 * autocannon 9 as it is. `@types/autocannon` describes version 7.12 and lacks what is needed here: a client's own requests,
 * its limit, and the promise of a run.
 */

/** What of a request decides its bytes. autocannon adds `Host`, `Connection` and `Content-Length`. */
export interface RequestParts {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

export interface CannonRequest {
  readonly method: string;
  /** Called just before the bytes are handed to the socket. A falsy value at the first request of a list is an error. */
  readonly setupRequest: (parts: RequestParts) => RequestParts;
  readonly onResponse: (status: number, body: string, context: object, headers: Readonly<Record<string, string | readonly string[]>>) => void;
}

/**
 * One connection. Emits `response`, `timeout` (after it has connected again), `connError` (before), `done`. A connection that
 * the server closes is told by nothing.
 */
export interface CannonClient extends EventEmitter {
  /** Builds the first of them at once. */
  setRequests(requests: readonly CannonRequest[]): void;
  /** It destroys itself instead of making more requests than this. */
  responseMax: number;
  readonly reqsMade: number;
  /** Requests without an answer. Kept over a broken connection, so that later answers are matched with earlier requests. */
  readonly pipelinedRequests: { clear(): void };
  conn: Socket;
  /** Connects, and sends the first request. Called at the end of the constructor. */
  _connect: () => void;
  /** Kept over a broken connection as well, in the middle of an answer perhaps. */
  readonly parser: { readonly type: unknown; reinitialize(type: unknown): void };
}

export interface CannonOptions {
  readonly url: string;
  readonly connections: number;
  /** Requests in all; not there: until `duration`. */
  readonly amount?: number;
  /** s */
  readonly duration: number;
  /** s without an answer */
  readonly timeout: number;
  /** A run ends at a tick of so many ms. */
  readonly sampleInt: number;
  readonly maxConnectionRequests: number;
  readonly requests: readonly { readonly method: string }[];
  readonly setupClient: (client: CannonClient) => void;
}

/** autocannon's own figures: whole ms, without requests that got no answer. */
export interface CannonResult {
  readonly latency: { readonly p50: number; readonly p99: number; readonly max: number; readonly totalCount: number };
  readonly errors: number;
  readonly timeouts: number;
}

export interface CannonRun extends EventEmitter, PromiseLike<CannonResult> {
  /** At the next tick. */
  stop(): void;
}

export const autocannon = autocannonFunction as unknown as (options: CannonOptions) => CannonRun;
