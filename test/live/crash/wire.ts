import { Pool } from 'undici';
import { MAIN_KEY } from './platform.js';

export interface Reply {
  readonly status: number;
  readonly body: string;
}

/** The server is gone, in the middle of a call or before it. Whether the call was done, nobody knows. */
export class Gone extends Error {}

const CONNECTIONS = 24;
const PATIENCE_MS = 15_000;

/** Calls to one life of the server. */
export class Wire {
  private readonly pool: Pool;

  constructor(url: string) {
    this.pool = new Pool(url, { connections: CONNECTIONS, headersTimeout: PATIENCE_MS, bodyTimeout: PATIENCE_MS });
  }

  /** @throws Gone when no whole answer came */
  async send(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown, key = MAIN_KEY, type = 'application/json'): Promise<Reply> {
    const text = body === undefined ? null : type === 'application/json' ? JSON.stringify(body) : String(body);
    const headers = { authorization: `Key ${key}`, ...(text === null ? {} : { 'content-type': type }) };
    try {
      const answer = await this.pool.request({ method, path, headers, body: text });
      return { status: answer.statusCode, body: await answer.body.text() };
    } catch (error) {
      throw new Gone(`${method} ${path}`, { cause: error });
    }
  }

  async close(): Promise<void> {
    await this.pool.destroy();
  }
}
