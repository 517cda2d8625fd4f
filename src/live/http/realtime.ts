import websocket from '@fastify/websocket';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import { invalidInput } from '../../protocol/problem.js';
import { endCall } from '../realtime/end-call.js';
import { RealtimeConnection } from '../realtime/realtime-connection.js';
import { RealtimeWork } from '../realtime/realtime-work.js';
import { Turns } from '../realtime/turns.js';
import type { Caller } from '../world/keys.js';
import type { LiveRequest } from '../world/live-request.js';
import type { HttpContext } from './context.js';
import { directOrder } from './order.js';
import { accepted } from './refusal.js';
import { AppPaths, type CalledApp } from './rewrite.js';
import { WireError } from './wire-error.js';

/** What the SDKs may ask for, and what is given to who does not ask. */
const MOST_BUFFERING = 60;
const NORMAL = 1000;
const POLICY = 1008;
/** One frame; images come in them. */
const MOST_MESSAGE_BYTES = 16 * 1024 * 1024;
const PREFIX = '/realtime/';

interface Opening {
  readonly call: LiveRequest;
  readonly maxBuffering: number;
  /** Ends the call with its socket as long as nobody else does. */
  readonly guard: () => void;
}

/** Realtime: `wss://fal.run/{id}/realtime`, which `rewriteUrl` sends to `/realtime/{id}`. */
export async function realtimeRoutes(app: FastifyInstance, context: HttpContext): Promise<void> {
  await app.register(websocket, { options: { maxPayload: Math.min(MOST_MESSAGE_BYTES, context.settings.limits.bodyBytes), perMessageDeflate: false } });
  const door = new RealtimeDoor(context);
  const preHandler = async (request: FastifyRequest): Promise<void> => door.knock(request);
  app.get('/realtime/*', { websocket: true, preHandler, schema: { hide: true } }, (socket, request) => door.enter(socket, request));
}

/** Lets callers in: everything that can be refused is refused before the upgrade, as plain HTTP. */
class RealtimeDoor {
  readonly #apps = new AppPaths();
  readonly #turns = new Turns();
  readonly #openings = new WeakMap<FastifyRequest, Opening>();

  constructor(private readonly context: HttpContext) {}

  /** @throws WireError 401, 403, 404, 422, 429, 503 */
  knock(request: FastifyRequest): void {
    if (!request.ws) throw upgradeRequired();
    const app = this.#apps.read(pathOf(request.url));
    const maxBuffering = maxBufferingOf(request);
    const caller = this.#caller(request, app);
    const { socket } = request.raw;
    // The end of a socket is told once: nobody would give the slot of one that is gone already back.
    if (caller === undefined || socket.destroyed) return;
    socket.once('close', this.context.openStream());
    const order = directOrder(this.context, request, caller, app, 'open');
    const call = accepted(this.context.world.call({ ...order, input: {} }), app.app);
    const guard = (): void => endCall(this.context.world, call, false);
    socket.once('close', guard);
    this.#openings.set(request, { call, maxBuffering, guard });
  }

  enter(socket: WebSocket, request: FastifyRequest): void {
    const opening = this.#openings.get(request);
    if (opening === undefined) unauthorised(socket);
    else this.#open(socket, request, opening);
  }

  #open(socket: WebSocket, request: FastifyRequest, { call, maxBuffering, guard }: Opening): void {
    const { world, closing } = this.context;
    sayNormal(socket);
    const leaving = new AbortController();
    socket.once('close', () => leaving.abort(new Error('the client is gone')));
    const work = new RealtimeWork(call, world.models.modelFor(call.endpoint), this.context.publicUrl(request), leaving.signal);
    new RealtimeConnection(socket, { world, request: call, work, turns: this.#turns, maxBuffering, closing });
    // From here on the connection itself knows whether its client said goodbye.
    request.raw.socket.removeListener('close', guard);
  }

  /**
   * A token that is not accepted is told so on the connection, where the SDKs look for it: they fetch another then.
   * @returns undefined for such a token
   */
  #caller(request: FastifyRequest, { name }: CalledApp): Caller | undefined {
    const { fal_jwt_token: token } = request.query as Readonly<Record<string, unknown>>;
    if (request.headers.authorization !== undefined || typeof token !== 'string') return this.context.authenticate(request, name);
    return this.context.world.keys.authenticateToken(token, name);
  }
}

function upgradeRequired(): WireError {
  return new WireError(426, { detail: 'Realtime endpoints speak WebSocket: connect with an upgrade' }, { upgrade: 'websocket' });
}

/** Who says goodbye without a code is answered with one: the JavaScript client takes any code but 1000 for an error. */
function sayNormal(socket: WebSocket): void {
  const close = socket.close.bind(socket);
  socket.close = (code = NORMAL, reason) => close(code, reason);
}

function unauthorised(socket: WebSocket): void {
  socket.send(JSON.stringify({ status: 'error', error: 'Unauthorized' }));
  socket.close(POLICY, 'Unauthorized');
}

function pathOf(url: string): string {
  const question = url.indexOf('?');
  return url.slice(PREFIX.length, question === -1 ? undefined : question);
}

function maxBufferingOf(request: FastifyRequest): number {
  const { max_buffering: text } = request.query as Readonly<Record<string, unknown>>;
  if (text === undefined) return MOST_BUFFERING;
  const wish = typeof text === 'string' && /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (wish >= 1 && wish <= MOST_BUFFERING) return wish;
  throw WireError.of(invalidInput({ loc: ['query', 'max_buffering'], msg: `Input should be a whole number from 1 to ${MOST_BUFFERING}`, type: 'int_parsing' }));
}
