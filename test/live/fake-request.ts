import { randomUUID } from 'node:crypto';
import type { Answer, Failure } from '../../src/live/answer.js';
import type { Json } from '../../src/live/json.js';
import type { LiveRequest, LogLine, RequestChange } from '../../src/live/world/live-request.js';
import type { LiveClock, RequestOrder } from '../../src/live/world/live-world.js';
import type { AppId } from '../../src/protocol/app-id.js';
import { endpointId } from '../../src/protocol/app-id.js';

/** A request that does what the test tells it to. */
export class FakeRequest implements LiveRequest {
  readonly id = randomUUID();
  readonly app: AppId;
  readonly endpoint: string;
  readonly account: string;
  readonly keyId: string;
  readonly input: Json | undefined;
  readonly low: boolean;
  readonly tags: Readonly<Record<string, string>>;
  readonly webhook: string | undefined;
  readonly submittedUs: number;
  startedUs: number | undefined;
  endedUs: number | undefined;
  state: LiveRequest['state'] = 'IN_QUEUE';
  attempts = 0;
  gatewayRequestId: string = this.id;
  runner = '';
  isStopping = false;
  logs: LogLine[] = [];
  parts: Json[] = [];
  answer: Answer | undefined;
  failure: Failure | undefined;
  inferenceUs = 0;
  outcome: string | undefined;
  position = 0;
  readonly #watchers = new Set<(change: RequestChange) => void>();

  constructor(
    readonly order: RequestOrder,
    readonly mode: 'queue' | 'direct',
    private readonly clock: LiveClock,
  ) {
    this.app = order.app;
    this.endpoint = endpointId(order.app);
    this.account = order.caller.account;
    this.keyId = order.caller.keyId;
    this.input = order.input;
    this.low = order.low;
    this.tags = order.tags;
    this.webhook = order.webhook;
    this.submittedUs = clock.nowUs();
  }

  queuePosition(): number {
    return this.state === 'IN_QUEUE' ? this.position : 0;
  }

  watch(listener: (change: RequestChange) => void): () => void {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  }

  get watchers(): number {
    return this.#watchers.size;
  }

  start(runner = 'runner-1'): void {
    this.state = 'IN_PROGRESS';
    this.startedUs = this.clock.nowUs();
    this.attempts++;
    this.runner = runner;
    this.#tell('state');
  }

  requeue(): void {
    this.state = 'IN_QUEUE';
    this.#tell('state');
  }

  print(message: string): void {
    this.logs.push({ message, level: 'INFO', atUs: this.clock.nowUs() });
    this.#tell('log');
  }

  emit(part: Json): void {
    this.parts.push(part);
    this.#tell('part');
  }

  end(answer: Answer, outcome = 'ok', failure?: Failure): void {
    this.state = 'COMPLETED';
    this.endedUs = this.clock.nowUs();
    this.inferenceUs = this.startedUs === undefined ? 0 : this.endedUs - this.startedUs;
    this.answer = answer;
    this.outcome = outcome;
    this.failure = failure;
    this.#tell('end');
  }

  succeed(output: Json = { ok: true }): void {
    this.end({ status: 200, headers: {}, body: JSON.stringify(output) });
  }

  #tell(change: RequestChange): void {
    for (const watcher of [...this.#watchers]) watcher(change);
  }
}
