import type { FastifyInstance, FastifyRequest } from 'fastify';

/** An HTTP request as it came in. */
export interface LoggedRequest {
  readonly method: string;
  /** Path and query as they are routed, tokens and all: for tests, not for logs. */
  readonly path: string;
  /** When it came, ms on a clock that never goes backwards. */
  readonly atMs: number;
  readonly status: number;
}

const MOST = 100_000;

/** What clients really sent: how often, and how far apart. The last 100,000. */
export class RequestLog {
  private readonly requests: LoggedRequest[] = [];
  private readonly arrivals = new WeakMap<FastifyRequest, number>();

  watch(app: FastifyInstance): void {
    app.addHook('onRequest', (request, _reply, done) => {
      this.arrivals.set(request, performance.now());
      done();
    });
    app.addHook('onResponse', (request, reply, done) => {
      this.requests.push({ method: request.method, path: request.url, atMs: this.arrivals.get(request) ?? 0, status: reply.statusCode });
      if (this.requests.length > 2 * MOST) this.requests.splice(0, MOST);
      done();
    });
  }

  /** In order of arrival. */
  list(): readonly LoggedRequest[] {
    return [...this.requests].sort((one, other) => one.atMs - other.atMs);
  }
}
