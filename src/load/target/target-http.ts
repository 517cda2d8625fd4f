import { Agent, request } from 'undici';
import { withUsualAuthorities } from './authorities.js';
import { unlessAborted } from './unless-aborted.js';

const CONNECT_MS = 5_000;
const ANSWER_MS = 15_000;
const MOST_BYTES = 1024 * 1024;

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

export interface TargetAnswer {
  readonly status: number;
  readonly contentType: string;
  /** Where a redirect points to; '' for none. */
  readonly location: string;
  /** The body, or the beginning of a long one. */
  readonly text: string;
}

export interface Asking {
  /** `id:secret`; undefined: nobody in particular asks. */
  readonly credentials?: string | undefined;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
}

/** Small requests beside the load: preflight, steps, looks at slots. Each is bounded in time and size. Follows no redirect. */
export class TargetHttp {
  private readonly agent: Agent;

  /** @param ca PEM of an authority that is trusted beside the usual ones */
  constructor(
    ca: string | undefined,
    private readonly answerMs = ANSWER_MS,
  ) {
    this.agent = new Agent({ connections: 4, connect: { timeout: CONNECT_MS, ...(ca !== undefined && { ca: withUsualAuthorities(ca) }) } });
  }

  /** @throws whatever the socket threw, or the signal's reason, at once: also where a connection is still awaited */
  async ask(method: Method, url: string, asking: Asking = {}): Promise<TargetAnswer> {
    const deadline = AbortSignal.timeout(this.answerMs);
    const signal = asking.signal === undefined ? deadline : AbortSignal.any([asking.signal, deadline]);
    return unlessAborted(this.exchange(method, url, { ...asking, signal }), signal);
  }

  /** Has a connection ready. Never rejects: what is wrong shows when it is used. */
  async warmUp(url: string, signal: AbortSignal): Promise<void> {
    await this.ask('GET', url, { signal }).catch(() => undefined);
  }

  /** Ends all connections, whatever they are doing. */
  async close(): Promise<void> {
    await this.agent.destroy();
  }

  private async exchange(method: Method, url: string, { credentials, body, signal }: Asking): Promise<TargetAnswer> {
    const answer = await request(url, {
      method,
      dispatcher: this.agent,
      headers: {
        accept: 'application/json',
        ...(credentials !== undefined && { authorization: `Key ${credentials}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: signal ?? null,
    });
    const { 'content-type': contentType, location } = answer.headers;
    return { status: answer.statusCode, contentType: one(contentType), location: one(location), text: await beginningOf(answer.body) };
  }
}

/** @returns undefined for what is no JSON object */
export function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** What an answer says, in whichever of fal's shapes; else its text as it is. */
export function wordsIn({ text }: TargetAnswer): string {
  const body = objectIn(text);
  const error = body?.['error'];
  const message = typeof error === 'object' && error !== null ? (error as Readonly<Record<string, unknown>>)['message'] : body?.['detail'];
  return typeof message === 'string' ? message : text;
}

async function beginningOf(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= MOST_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MOST_BYTES).toString('utf8');
}

function one(header: string | string[] | undefined): string {
  return typeof header === 'string' ? header : (header?.[0] ?? '');
}
