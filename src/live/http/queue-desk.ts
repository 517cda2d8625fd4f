import { badFlag, readFlag } from '../../protocol/call-headers.js';
import { alreadyCompleted, invalidInput, unknownRequest } from '../../protocol/problem.js';
import { CANCELLATION_REQUESTED, requestLinks, submittedBody } from '../../protocol/queue-bodies.js';
import type { Caller } from '../world/keys.js';
import type { LiveRequest } from '../world/live-request.js';
import type { HttpContext } from './context.js';
import { queueOrder } from './order.js';
import { accepted } from './refusal.js';
import { AppPaths, type CalledApp } from './rewrite.js';
import { statusBody } from './status-text.js';
import type { WireCall } from './wire-call.js';
import { WireError } from './wire-error.js';

/** How a request is addressed. */
export interface RequestPath {
  readonly namespace?: string;
  readonly owner: string;
  readonly alias: string;
  readonly id: string;
}

export interface Submitter {
  readonly app: CalledApp;
  readonly caller: Caller;
}

/** What a caller of the queue is told. */
export interface QueueAnswer {
  readonly status: number;
  /** Of the request that it is about. */
  readonly id: string;
  /** JSON text. */
  readonly body: string;
}

/** Does what the queue's routes do, without knowing how a call came in or how its answer goes out. Throws WireErrors. */
export class QueueDesk {
  readonly #apps = new AppPaths();

  constructor(private readonly context: HttpContext) {}

  /** Who submits what: all that can be told before the body is there. @param id `owner/alias/path` */
  admit(call: WireCall, id: string): Submitter {
    const app = this.#apps.read(id);
    return { app, caller: this.context.authenticate(call, app.name) };
  }

  submit(call: WireCall, { app, caller }: Submitter): QueueAnswer {
    const order = queueOrder(this.context, call, caller, app);
    const taken = accepted(this.context.world.submit(order), app.app);
    const links = requestLinks(`${order.publicUrl}/queue`, app.app, taken.id);
    const gateway = order.webhook === undefined ? undefined : taken.gatewayRequestId;
    return { status: 200, id: taken.id, body: submittedBody(links, taken.queuePosition(), gateway) };
  }

  status(call: WireCall, path: RequestPath): QueueAnswer {
    const found = this.find(call, path);
    const logs = wantsLogs(call) ? found.logs : undefined;
    const body = statusBody(found, this.links(call, found), logs, this.context.world.clock);
    return { status: found.state === 'COMPLETED' ? 200 : 202, id: found.id, body };
  }

  cancel(call: WireCall, path: RequestPath): QueueAnswer {
    const found = this.find(call, path);
    if (this.context.world.cancel(found) === 'already-completed') throw WireError.of(alreadyCompleted());
    return { status: 202, id: found.id, body: CANCELLATION_REQUESTED };
  }

  /**
   * CHOICE (2.3): a request is known under its own app's name only.
   * @throws WireError 404 for what is unknown, of another account, or addressed under another name
   */
  find(call: WireCall, path: RequestPath): LiveRequest {
    const caller = this.context.authenticate(call, appOf(path));
    const found = this.context.world.find(path.id);
    if (found === undefined || found.account !== caller.account || found.mode !== 'queue' || !isOf(found, path)) throw WireError.of(unknownRequest());
    return found;
  }

  links(call: WireCall, { app, id }: LiveRequest): string {
    return requestLinks(`${this.context.publicUrl(call)}/queue`, app, id);
  }
}

export function appOf({ namespace, owner, alias }: RequestPath): string {
  return namespace === undefined ? `${owner}/${alias}` : `${namespace}/${owner}/${alias}`;
}

function isOf({ app }: LiveRequest, { namespace = '', owner, alias }: RequestPath): boolean {
  return app.alias === alias && app.owner === owner && app.namespace === namespace;
}

/** @throws WireError 422 for what is neither yes nor no */
export function wantsLogs({ query }: Pick<WireCall, 'query'>): boolean {
  const flag = readFlag((query as Readonly<Record<string, unknown>>)['logs']);
  if (flag === undefined) throw WireError.of(invalidInput(badFlag('logs')));
  return flag;
}
