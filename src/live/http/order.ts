import { readCallTerms } from '../../protocol/call-headers.js';
import { LOAD_HINT_HEADER, type LoadHint, readLoadHint } from '../../protocol/load-hint.js';
import { type InputProblem, invalidInput } from '../../protocol/problem.js';
import type { Json } from '../json.js';
import { webhookProblem } from '../webhooks/destination.js';
import type { Caller } from '../world/keys.js';
import type { RequestOrder } from '../world/live-world.js';
import type { HttpContext } from './context.js';
import type { CalledApp } from './rewrite.js';
import type { WireCall } from './wire-call.js';
import { WireError } from './wire-error.js';

type Query = Readonly<Record<string, unknown>>;

/** A submit as the platform takes it. @throws WireError 400 for a bad start timeout, 422 for a bad query */
export function queueOrder(context: HttpContext, request: WireCall, caller: Caller, { app }: CalledApp): RequestOrder {
  const { startTimeoutUs, low, hint, retries, storesPayload, tags } = termsOf(request);
  const query = request.query as Query;
  return {
    caller,
    app,
    input: inputOf(request),
    inputBytes: inputBytesOf(request),
    startTimeoutUs,
    low,
    hint,
    retries,
    webhook: webhookOf(query, context.settings.allowsPrivateWebhooks),
    maxQueueLength: maxQueueLengthOf(query),
    storesPayload,
    tags,
    publicUrl: context.publicUrl(request),
    drawn: drawnOf(request),
  };
}

/** A direct call: no queue, so no priority, no webhook, no server retries. */
export function directOrder(context: HttpContext, request: WireCall, caller: Caller, { app }: CalledApp, style: RequestOrder['style']): RequestOrder {
  const { startTimeoutUs, hint, retries, storesPayload, tags } = termsOf(request);
  return {
    caller,
    app,
    input: request.method === 'GET' ? inputOfQuery(request.query as Query) : inputOf(request),
    inputBytes: inputBytesOf(request),
    startTimeoutUs,
    low: false,
    hint,
    retries,
    webhook: undefined,
    maxQueueLength: undefined,
    storesPayload,
    tags,
    publicUrl: context.publicUrl(request),
    drawn: drawnOf(request),
    style,
  };
}

function termsOf(request: WireCall): Exclude<ReturnType<typeof readCallTerms>, { readonly status: number }> {
  const terms = readCallTerms(request.headers);
  if ('status' in terms) throw WireError.of(terms);
  return terms;
}

/** @throws WireError 422 for a hint that nobody understands: the load would not be the one that was meant */
function drawnOf({ headers }: WireCall): LoadHint | undefined {
  const text = headers[LOAD_HINT_HEADER];
  if (text === undefined) return undefined;
  const hint = typeof text === 'string' ? readLoadHint(text) : undefined;
  if (hint === undefined) throw WireError.of(invalidInput(NOT_A_HINT));
  return hint;
}

const NOT_A_HINT: InputProblem = {
  loc: ['header', LOAD_HINT_HEADER],
  msg: 'Input should be like mode=run;called=0;service=5000000;end=ok;repeat=0, times in µs',
  type: 'string_pattern_mismatch',
};

/** CHOICE (10.3): JavaScript sends no body for a falsy input; the model is given an empty object. */
function inputOf({ body }: WireCall): Json {
  return body === undefined ? {} : (body as Json);
}

/** As the connection has counted them; undefined: in chunks, or in an address. */
function inputBytesOf({ headers }: WireCall): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}

/** Of a GET, as `method: "get"` of the JavaScript client puts it there; the token is not the model's to see. */
function inputOfQuery(query: Query): Json {
  return Object.fromEntries(Object.entries(query).filter(([name]) => name !== 'fal_jwt_token')) as Json;
}

function webhookOf({ fal_webhook: webhook }: Query, allowsPrivate: boolean): string | undefined {
  if (webhook === undefined) return undefined;
  const problem = typeof webhook === 'string' ? webhookProblem(webhook, allowsPrivate) : 'fal_webhook must be given once';
  if (problem !== undefined) throw WireError.of(invalidInput({ loc: ['query', 'fal_webhook'], msg: problem, type: 'url_parsing' }));
  return webhook as string;
}

const NOT_A_LENGTH: InputProblem = { loc: ['query', 'fal_max_queue_length'], msg: 'Input should be a whole number from 0 up', type: 'int_parsing' };

function maxQueueLengthOf({ fal_max_queue_length: text }: Query): number | undefined {
  if (text === undefined) return undefined;
  if (typeof text !== 'string' || !/^\d{1,9}$/.test(text)) throw WireError.of(invalidInput(NOT_A_LENGTH));
  return Number(text);
}
