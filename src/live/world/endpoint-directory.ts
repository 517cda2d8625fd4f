import { type AppId, endpointId } from '../../protocol/app-id.js';
import type { EndpointSpec, Scenario } from '../../scenario/types.js';
import type { Stage } from '../../sim/stage.js';
import { EndpointBook } from './endpoint-book.js';

/** Callers choose ids freely: so many that the scenario does not name are opened, and so many by one account. */
const MOST_OTHERS = 5000;
const MOST_OF_ACCOUNT = 500;

/** Finds the platform's endpoint for an id, and opens one for an id that nobody has called yet. */
export class EndpointDirectory {
  private readonly byId = new Map<string, EndpointBook>();
  private readonly declared: ReadonlySet<string>;
  private readonly openedBy = new Map<string, number>();

  /** @param open opens an endpoint of that name on the platform */
  constructor(
    private readonly scenario: Scenario,
    private readonly stage: Stage,
    private readonly open: (id: string) => void,
  ) {
    for (const spec of scenario.platform.endpoints) this.enter(spec.id, spec);
    this.declared = new Set(this.byId.keys());
  }

  /** @param account who calls @returns undefined: it, or all together, have opened too many already */
  find(app: AppId, account: string): EndpointBook | undefined {
    const id = endpointId(app);
    return this.byId.get(id) ?? this.openOther(id, account);
  }

  /** For a request that was accepted before a restart: it has its place whatever came since. */
  findAgain(app: AppId): EndpointBook {
    const id = endpointId(app);
    return this.byId.get(id) ?? this.openFor(id);
  }

  /** Whether the scenario names it. */
  isDeclared(id: string): boolean {
    return this.declared.has(id);
  }

  books(): readonly EndpointBook[] {
    return [...this.byId.values()];
  }

  private openOther(id: string, account: string): EndpointBook | undefined {
    const opened = this.openedBy.get(account) ?? 0;
    if (this.byId.size >= this.declared.size + MOST_OTHERS || opened >= MOST_OF_ACCOUNT) return undefined;
    this.openedBy.set(account, opened + 1);
    return this.openFor(id);
  }

  private openFor(id: string): EndpointBook {
    this.open(id);
    // It shares the first endpoint's terms.
    return this.enter(id, { ...(this.scenario.platform.endpoints[0] as EndpointSpec), id, owner: undefined });
  }

  private enter(id: string, spec: EndpointSpec): EndpointBook {
    const book = new EndpointBook(id, this.stage.endpoint(id).number, spec.priceUsd, spec.owner);
    this.byId.set(id, book);
    return book;
  }
}
