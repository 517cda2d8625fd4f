import type { Request } from '../../core/requests.js';
import { appName } from '../../protocol/app-id.js';
import type { PlatformSpec } from '../../scenario/types.js';
import type { IncidentLog } from './incident-log.js';
import type { LiveRequest } from './live-request.js';
import type { AccountUsage, EndpointView, LiveWorld, PlatformView, SlotView } from './live-world.js';
import { countGhosts, type Holder, slotsOf } from './slot-list.js';
import type { WorldParts } from './world-parts.js';

/** What a view says of the whole emulator. */
export interface ViewedScenario {
  readonly name: string;
  readonly platform: PlatformSpec;
  /** 0: time is moved by hand. */
  readonly speed: number;
  readonly startedUs: number;
}

/** What may be seen of a world, by owners and by everybody. Looks only; whoever asks has brought the platform up to now. */
export class Views {
  constructor(
    private readonly parts: WorldParts,
    private readonly incidents: IncidentLog,
    private readonly scenario: ViewedScenario,
  ) {}

  requestsOf(account: string, filter: Parameters<LiveWorld['requestsOf']>[1]): readonly LiveRequest[] {
    const found: LiveRequest[] = [];
    let isPast = filter.before === undefined;
    for (const record of this.parts.book.newestOf(account)) {
      if (found.length >= filter.limit) break;
      const isWanted = filter.endpoint === undefined || record.endpoint === filter.endpoint || appName(record.app) === filter.endpoint;
      if (isPast && isWanted) found.push(record);
      if (record.id === filter.before) isPast = true;
    }
    return found;
  }

  slotsOf(account: string): readonly SlotView[] {
    const { stage, platform } = this.parts.platformRun;
    if (!stage.hasAccount(account)) return [];
    return slotsOf(platform, stage.account(account), this.parts.clock.nowUs(), {
      holder: (request) => this.holderOf(request),
      sinceUs: (lease) => this.parts.reader.leaseSince(lease.number),
    });
  }

  usageOf(account: string): AccountUsage | undefined {
    const { platformRun, accounts, directory } = this.parts;
    return platformRun.stage.hasAccount(account) ? accounts.usageOf(account, this.scenario.platform, directory.books()) : undefined;
  }

  endpoints(): readonly EndpointView[] {
    return this.parts.directory.books().map((book) => {
      const { runners } = this.parts.platformRun.stage.endpoint(book.name);
      return {
        endpoint: book.name,
        queued: book.queue.length,
        inProgress: book.inProgress,
        mostRunners: runners.most,
        runners: runners.census(),
        completed: book.completed,
        failed: book.failed,
        priceUsd: book.priceUsd,
        ownerAccount: book.owner,
        isDeclared: this.parts.directory.isDeclared(book.name),
      };
    });
  }

  platform(): PlatformView {
    const { name, platform: spec, speed, startedUs } = this.scenario;
    const { platform } = this.parts.platformRun;
    let queued = 0;
    for (const { queue } of this.parts.directory.books()) queued += queue.length;
    const inUse = platform.limiter.live().length;
    return { scenario: name, policy: spec.policy.preset, speed, startedUs, incidents: this.incidents.list(), queued, inUse, ghosts: countGhosts(platform) };
  }

  /** Ordinals of the requests that wait at an app (`owner/alias`). */
  waitingAt(app: string): readonly number[] {
    const waiting: number[] = [];
    for (const record of this.parts.book.all()) if (record.state === 'IN_QUEUE' && appName(record.app) === app) waiting.push(record.ordinal);
    return waiting;
  }

  private holderOf(request: Request): Holder {
    const holder = this.parts.book.holderAt(request.owner);
    return holder ?? { id: '', endpoint: request.endpoint.name, keyId: this.parts.keys.idOf(request.key) };
  }
}
