import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { BodyRoom } from './body-room.js';
import type { HttpContext } from './context.js';
import { noteRefusedByHeaders } from './listener.js';
import { AppPaths, appPathOf } from './rewrite.js';
import { STORAGE_APP } from './storage.js';
import { inFamilyOf, WireError } from './wire-error.js';

const REQUESTS = '/requests/';

/** Looks at who calls before a body is read, so that nobody without a key has this server hold anything. */
export class BodyGate {
  readonly #apps = new AppPaths();

  /** @param noRoute what is answered where nothing is served */
  constructor(
    private readonly context: Pick<HttpContext, 'authenticate'>,
    private readonly room: BodyRoom,
    private readonly noRoute: (request: FastifyRequest) => WireError,
  ) {}

  guard(app: FastifyInstance): void {
    app.addHook('onRequest', (request, _reply, done) => {
      if (hasBody(request)) this.#letIn(request);
      done();
    });
  }

  /** @throws WireError what its route would answer in the end */
  #letIn(request: FastifyRequest): void {
    try {
      this.#look(request);
    } catch (error) {
      noteRefusedByHeaders(request.raw);
      throw error;
    }
  }

  #look(request: FastifyRequest): void {
    const route = request.routeOptions.url;
    if (request.is404 || route === undefined) throw this.noRoute(request);
    this.#authenticate(request, route);
    // Uploads have a room of their own.
    if (!route.startsWith('/cdn/') || route.endsWith('/complete')) this.#enter(request);
  }

  #authenticate(request: FastifyRequest, route: string): void {
    if (route.startsWith('/queue/')) this.context.authenticate(request, this.#queueApp(request));
    else if (route.startsWith('/run/')) this.context.authenticate(request, this.#apps.read(appPathOf(request.url)).name);
    else if (route.startsWith('/rest/storage/') || route.startsWith('/cdn/files/')) this.context.authenticate(request, STORAGE_APP);
    else if (/^\/(?:rest|v1|nexa)\//.test(route)) this.context.authenticate(request);
  }

  #queueApp(request: FastifyRequest): string {
    const path = appPathOf(request.url);
    const at = path.indexOf(REQUESTS);
    if (at === -1) return this.#apps.read(path).name;
    if (request.method === 'POST') throw this.noRoute(request);
    return path.slice(0, at);
  }

  #enter(request: FastifyRequest): void {
    try {
      this.room.enter(request.raw);
    } catch (error) {
      throw error instanceof WireError ? WireError.of(inFamilyOf(request, error, 'rate_limited')) : error;
    }
  }
}

function hasBody({ method, headers }: FastifyRequest): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = headers;
  return method !== 'GET' && method !== 'HEAD' && ((length !== undefined && length !== '0') || encoding !== undefined);
}
