import { setMaxListeners } from 'node:events';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import type { FastifyInstance } from 'fastify';
import type { ServerLimits } from './context.js';
import { answerMisfits, answerParserError, listenerOptions, withHost } from './listener.js';

/** Everything that listens for one app, and whether it is about to close. */
export class Doors {
  readonly #closing = new AbortController();
  readonly #extra: TlsServer[] = [];

  constructor(readonly limits: ServerLimits) {
    // One listener a stream is no leak, however many there are.
    setMaxListeners(0, this.#closing.signal);
  }

  /** Aborted when the server is about to close: streams end then. */
  get closing(): AbortSignal {
    return this.#closing.signal;
  }

  add(server: TlsServer): void {
    this.#extra.push(server);
  }

  /** No new connections; those that are idle end, the others after their answer. */
  close(): void {
    this.#closing.abort();
    for (const server of this.#extra) server.close();
  }

  async allClosed(): Promise<void> {
    await Promise.all(this.#extra.map(closed));
  }

  destroyConnections(): void {
    for (const server of this.#extra) server.closeAllConnections();
  }
}

const DOORS = new WeakMap<FastifyInstance, Doors>();

/** @throws where the app was not made by `createServer` */
export function doorsOf(app: FastifyInstance): Doors {
  const doors = DOORS.get(app);
  if (doors === undefined) throw new Error('this app was not made by createServer');
  return doors;
}

export function giveDoors(app: FastifyInstance, doors: Doors): void {
  DOORS.set(app, doors);
}

/** PEM texts. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/**
 * Serves the same routes over TLS too, upgrades included. Closed together with the app.
 * @returns where: `https://127.0.0.1:8443`
 */
export async function listenTls(app: FastifyInstance, certificate: Certificate, host: string, port: number): Promise<string> {
  const doors = doorsOf(app);
  await app.ready();
  const server = createTlsServer({ ...listenerOptions(doors.limits), ...certificate, handshakeTimeout: doors.limits.headersTimeoutMs }, withHost(app.routing));
  server.maxConnections = doors.limits.connections;
  server.on('clientError', answerParserError);
  answerMisfits(server);
  // Without a listener Node answers upgrades like any other request, as the plain listener then does.
  if (app.server.listenerCount('upgrade') > 0) server.on('upgrade', (...details) => app.server.emit('upgrade', ...details));
  doors.add(server);
  await listening(server, host, port);
  const address = server.address() as AddressInfo;
  return `https://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}

/** Lets answers under way be given, but not longer than that: then connections are destroyed. @param deadlineMs of wall time */
export async function closeGracefully(app: FastifyInstance, deadlineMs: number): Promise<void> {
  const doors = doorsOf(app);
  const deadline = setTimeout(() => {
    app.server.closeAllConnections();
    doors.destroyConnections();
  }, deadlineMs);
  try {
    await app.close();
    await doors.allClosed();
    // Destroyed connections tell those who answered them one turn later.
    await new Promise(setImmediate);
  } finally {
    clearTimeout(deadline);
  }
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    if (server.listening) server.once('close', resolve);
    else server.getConnections((_error, open) => (open === 0 ? resolve() : server.once('close', resolve)));
  });
}
