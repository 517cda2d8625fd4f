import { type AppId, endpointId } from '../../protocol/app-id.js';
import type { EndpointSpec, Scenario } from '../../scenario/types.js';
import type { Stage } from '../../sim/stage.js';
import { EndpointBook } from './endpoint-book.js';

/** Callers choose ids freely: so many that the scenario does not name are opened. */
const MOST_OTHERS = 1000;

/** Finds the platform's endpoint for an id, and opens one for an id that nobody has called yet. */
export class EndpointDirectory {
  private readonly byId = new Map<string, EndpointBook>();
  private readonly declared: number;

  /** @param open opens an endpoint of that name on the platform */
  constructor(
    private readonly scenario: Scenario,
    private readonly stage: Stage,
    private readonly open: (id: string) => void,
  ) {
    for (const spec of scenario.platform.endpoints) this.enter(spec.id, spec);
    this.declared = this.byId.size;
  }

  /** @returns undefined: too many were opened already */
  find(app: AppId): EndpointBook | undefined {
    const id = endpointId(app);
    return this.byId.get(id) ?? this.openOther(id);
  }

  books(): readonly EndpointBook[] {
    return [...this.byId.values()];
  }

  private openOther(id: string): EndpointBook | undefined {
    if (this.byId.size >= this.declared + MOST_OTHERS) return undefined;
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
