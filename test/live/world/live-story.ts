import type { Handlers } from '../../../src/live/models/handlers.js';
import { createShelf } from '../../../src/live/models/shelf.js';
import type { Ledger } from '../../../src/live/store/ledger.js';
import { MemoryLedger } from '../../../src/live/store/memory-ledger.js';
import type { LiveRequest } from '../../../src/live/world/live-request.js';
import type { Refusal, RequestOrder } from '../../../src/live/world/live-world.js';
import { World } from '../../../src/live/world/world.js';
import type { WorldOptions } from '../../../src/live/world/world-options.js';
import { prepareScenario } from '../../../src/prepare.js';
import { parseAppId } from '../../../src/protocol/app-id.js';
import type { ScenarioInput } from '../../../src/scenario/schema.js';
import { sourceOfData } from '../../../src/scenario/source.js';
import { HandClock } from './hand-clock.js';

export type PlatformInput = ScenarioInput['platform'];

export const ACME: PlatformInput = {
  policy: 'reference',
  accounts: [
    { id: 'acme', limit: 2, keys: ['old', 'new'] },
    { id: 'other', limit: 2, keys: ['key'] },
  ],
  endpoints: [
    { id: 'acme/slow', service: '10s' },
    { id: 'acme/quick', service: '100ms' },
  ],
};

export interface StoryParts {
  readonly platform?: PlatformInput;
  readonly steps?: ScenarioInput['steps'];
  readonly ledger?: Ledger;
  readonly handlers?: Handlers;
  readonly wall?: HandClock;
  readonly inputs?: WorldOptions['inputs'];
  readonly credentials?: Readonly<Record<string, string>>;
}

/** Fixed, so that a world that is opened again knows the same callers. */
const CREDENTIALS = { 'acme/old': 'old-id:old-secret', 'acme/new': 'new-id:new-secret', 'other/key': 'other-id:other-secret' };

/** A world whose time is moved by the test. */
export class LiveStory {
  readonly wall: HandClock;
  readonly world: World;
  readonly troubles: unknown[] = [];

  constructor(parts: StoryParts = {}) {
    this.wall = parts.wall ?? new HandClock();
    const scenario = prepareScenario(sourceOfData('test', { name: 'story', platform: parts.platform ?? ACME, steps: parts.steps ?? [] })).variants[0]!.scenario;
    this.world = new World({
      scenario,
      seed: 1,
      speed: 1,
      wall: this.wall,
      ledger: parts.ledger ?? new MemoryLedger(),
      models: createShelf({ seed: 1, handlers: parts.handlers }),
      traceSource: () => [],
      credentials: parts.credentials ?? CREDENTIALS,
      inputs: parts.inputs,
      onTrouble: (error) => this.troubles.push(error),
      onFailure: (error) => {
        throw error;
      },
    });
  }

  order(endpoint: string, overrides: Partial<RequestOrder> & { readonly as?: string } = {}): RequestOrder {
    const { as = 'old-id:old-secret', ...rest } = overrides;
    const caller = this.world.keys.authenticate(as);
    if (caller === undefined) throw new Error(`${as} is not accepted`);
    return {
      caller,
      app: parseAppId(endpoint)!,
      input: {},
      startTimeoutUs: undefined,
      low: false,
      hint: undefined,
      retries: undefined,
      webhook: undefined,
      maxQueueLength: undefined,
      storesPayload: true,
      tags: {},
      publicUrl: 'http://emulator',
      ...rest,
    };
  }

  submit(endpoint = 'acme/slow', overrides: Parameters<LiveStory['order']>[1] = {}): LiveRequest {
    return taken(this.world.submit(this.order(endpoint, overrides)));
  }

  submitMany(count: number, endpoint = 'acme/slow', overrides: Parameters<LiveStory['order']>[1] = {}): LiveRequest[] {
    return Array.from({ length: count }, () => this.submit(endpoint, overrides));
  }

  call(endpoint = 'acme/slow', overrides: Parameters<LiveStory['order']>[1] = {}): LiveRequest {
    return taken(this.world.call(this.order(endpoint, overrides)));
  }

  seconds(count: number): this {
    this.wall.advance(count * 1000);
    return this;
  }

  states(requests: readonly LiveRequest[]): string[] {
    return requests.map(({ id }) => this.world.find(id)?.state ?? 'gone');
  }
}

export function taken(answer: LiveRequest | Refusal): LiveRequest {
  if ('refused' in answer) throw new Error(`refused: ${answer.refused}`);
  return answer;
}
