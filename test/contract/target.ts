/** Which of fal's hosts a call is for: fal.run, queue.fal.run, rest.fal.ai, api.fal.ai/v1; `here`: a path of the emulator's own. */
export type Door = 'run' | 'queue' | 'rest' | 'api' | 'here';

export interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** `id:secret`; null: no key; undefined: the target's own. */
  readonly key?: string | null;
  readonly signal?: AbortSignal;
}

export type Body = Readonly<Record<string, unknown>>;

/** An answer that has come to its end. */
export class Reply {
  constructor(
    readonly status: number,
    private readonly headers: Readonly<Record<string, string>>,
    readonly text: string,
  ) {}

  header(name: string): string | undefined {
    return this.headers[name.toLowerCase()];
  }

  get isJson(): boolean {
    return this.header('content-type')?.includes('json') === true;
  }

  /** @throws SyntaxError for what is no JSON */
  get body(): Body {
    return JSON.parse(this.text) as Body;
  }
}

/** Somebody's API, known only by its address, a key, a limit, and an endpoint that takes so long. */
export interface Target {
  /** An endpoint of which every call takes `serviceS`. */
  readonly endpoint: string;
  readonly serviceS: number;
  /** Of the account, which nobody else uses meanwhile. */
  readonly limit: number;
  /** `id:secret`. */
  readonly credentials: string;
  /** Of the same account, and may administer keys; undefined: there is none. */
  readonly admin: string | undefined;
  /** Resolves with the whole answer, streams too. */
  fetch(door: Door, path: string, call?: Call): Promise<Reply>;
  /** Resolves when what was sent has arrived, or has had the time to. */
  arrived(): Promise<void>;
  /** Lets so much of the target's time pass. */
  wait(seconds: number): Promise<void>;
  /** Lets time pass until `check` says yes. @throws Error when it has not within so much of the target's time */
  until(what: string, check: () => Promise<boolean> | boolean, withinS: number): Promise<void>;
  /** Lets time pass until the promise is settled. */
  during<T>(promise: Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** `{ authorization }` of a call. */
export function authorization(call: Call, own: string): Record<string, string> {
  const { key = own } = call;
  return key === null ? {} : { authorization: `Key ${key}` };
}

/** Headers as one text each. */
export function plainHeaders(entries: Iterable<readonly [string, unknown]>): Record<string, string> {
  return Object.fromEntries([...entries].map(([name, value]) => [name.toLowerCase(), String(value)]));
}

export const PREFIXES: Readonly<Record<Door, string>> = { run: '/run/', queue: '/queue/', rest: '/rest/', api: '/v1/', here: '/' };
