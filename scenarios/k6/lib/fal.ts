import http, { type RefinedResponse, type ResponseType } from 'k6/http';
import { appName, parseAppId } from '../../../src/protocol/app-id.ts';

// A refusal at the limit is an answer like any other: k6 would count it among failed requests.
http.setResponseCallback(http.expectedStatuses({ min: 200, max: 399 }, 429));

/** Who calls whom. */
export interface FalTerms {
  /** `https://queue.fal.run` */
  readonly queueUrl: string;
  /** `https://fal.run` */
  readonly runUrl: string;
  /** `id:secret` */
  readonly credentials: string;
}

/** What goes with a call beside its input. */
export interface CallExtras {
  /** Seconds. */
  readonly startTimeoutS?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Wall ms until the client gives up on the answer. Default: a day. */
  readonly timeoutMs?: number | undefined;
}

/** What the server said. */
export interface FalAnswer {
  /** HTTP status; 0: none came. */
  readonly status: number;
  /** Its JSON; undefined: it was none. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
  /** fal's word for what went wrong: `startup_timeout`. */
  readonly errorType: string | undefined;
  /** For people: the status and the beginning of what was said, or the socket's error; undefined: all went well. */
  readonly trouble: string | undefined;
}

const DAY_MS = 86_400_000;
const LONGEST_TROUBLE = 160;

/** fal's queue and direct calls, one HTTP request a method. Requests of a kind share a `name`, so that ids make no series. */
export class FalClient {
  constructor(private readonly terms: FalTerms) {}

  submit(endpoint: string, input: unknown, extras: CallExtras = {}): FalAnswer {
    return this.post('submit', `${this.terms.queueUrl}/${endpoint}`, input, extras);
  }

  /** A direct call: the answer comes when the work is done. */
  run(endpoint: string, input: unknown, extras: CallExtras = {}): FalAnswer {
    return this.post('run', `${this.terms.runUrl}/${endpoint}`, input, extras);
  }

  status(endpoint: string, requestId: string): FalAnswer {
    return this.get('status', `${this.requestUrl(endpoint, requestId)}/status?logs=0`);
  }

  result(endpoint: string, requestId: string): FalAnswer {
    return this.get('result', this.requestUrl(endpoint, requestId));
  }

  cancel(endpoint: string, requestId: string): FalAnswer {
    const params = { headers: this.headers(), tags: { name: 'cancel' } };
    return this.read(http.put(`${this.requestUrl(endpoint, requestId)}/cancel`, null, params));
  }

  private get(name: string, url: string): FalAnswer {
    return this.read(http.get(url, { headers: this.headers(), tags: { name } }));
  }

  private post(name: string, url: string, input: unknown, { startTimeoutS, headers, timeoutMs = DAY_MS }: CallExtras): FalAnswer {
    const terms = startTimeoutS === undefined ? {} : { 'X-Fal-Request-Timeout': String(startTimeoutS) };
    const all = { ...this.headers(), 'Content-Type': 'application/json', ...terms, ...headers };
    return this.read(http.post(url, JSON.stringify(input), { headers: all, tags: { name }, timeout: timeoutMs }));
  }

  private requestUrl(endpoint: string, requestId: string): string {
    const app = parseAppId(endpoint);
    return `${this.terms.queueUrl}/${app === undefined ? endpoint : appName(app)}/requests/${requestId}`;
  }

  private headers(): Record<string, string> {
    return { Authorization: `Key ${this.terms.credentials}`, Accept: 'application/json' };
  }

  private read(response: RefinedResponse<ResponseType | undefined>): FalAnswer {
    const { status } = response;
    const text = typeof response.body === 'string' ? response.body : '';
    const body = jsonObject(text);
    // A deadline that the caller has set himself is told by a header of its own.
    const isUserTimeout = status === 504 && response.headers['X-Fal-Request-Timeout-Type'] === 'user';
    const errorType = isUserTimeout ? 'startup_timeout' : (body?.['error_type'] ?? response.headers['X-Fal-Error-Type']);
    const went = status >= 200 && status < 400;
    return {
      status,
      body,
      errorType: typeof errorType === 'string' ? errorType : undefined,
      trouble: went ? undefined : this.withoutKey(status === 0 ? response.error : `${status} ${typeof body?.['detail'] === 'string' ? body['detail'] : text}`),
    };
  }

  /** What a server says may repeat what it was sent. */
  private withoutKey(text: string): string {
    const [, secret = ''] = this.terms.credentials.split(':');
    const safe = secret === '' ? text : text.split(secret).join('…');
    return safe.slice(0, LONGEST_TROUBLE);
  }
}

function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
