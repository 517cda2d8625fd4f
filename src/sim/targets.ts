import type { ApiKey } from '../core/accounts.js';
import type { Endpoint } from '../core/endpoints.js';
import type { TraceSpec } from '../scenario/arrival-types.js';
import type { FlowSpec, KeyRef } from '../scenario/types.js';
import { Demands, type WorkSpec } from './demands.js';
import type { TraceRow } from './trace-rows.js';

/** Where calls go, as whom, and what they demand there. */
export interface CallTarget {
  readonly key: ApiKey;
  readonly endpoint: Endpoint;
  readonly traffic: number;
  readonly demands: Demands;
}

/** Where a flow finds what a name stands for. */
export interface Directory {
  key(account: string, key: string): ApiKey;
  endpoint(id: string): Endpoint;
  work(endpoint: string): WorkSpec;
  /** Opens what a trace brings along. */
  traceAccount(account: string, limit: number | undefined): KeyRef;
  traceEndpoint(id: string): void;
  traffic(flow: FlowSpec, account: string, key: string, endpoint: string): number;
}

/** The one target of a flow that names its key and its endpoint. */
export function ownTarget(flow: FlowSpec, number: number, seed: number, directory: Directory): CallTarget {
  return target(flow, flow.as as KeyRef, flow.endpoint as string, new Demands(directory.work(flow.endpoint as string), seed, number), directory);
}

function target(flow: FlowSpec, { account, key }: KeyRef, endpoint: string, demands: Demands, directory: Directory): CallTarget {
  return { key: directory.key(account, key), endpoint: directory.endpoint(endpoint), traffic: directory.traffic(flow, account, key, endpoint), demands };
}

const FLOWS_AT_MOST = 100_000;

/** The targets that the rows of a trace name, opened when they first come. */
export class TraceTargets {
  private readonly targets = new Map<string, Map<string, CallTarget>>();
  private readonly demands = new Map<string, Demands>();

  constructor(
    private readonly flow: FlowSpec,
    private readonly trace: TraceSpec,
    private readonly number: number,
    private readonly seed: number,
    private readonly directory: Directory,
  ) {}

  of({ account, endpoint }: TraceRow): CallTarget {
    const known = this.targets.get(account)?.get(endpoint);
    if (known !== undefined) return known;
    const opened = this.open(account, endpoint);
    const ofAccount = this.targets.get(account) ?? new Map<string, CallTarget>();
    this.targets.set(account, ofAccount.set(endpoint, opened));
    return opened;
  }

  private open(account: string, rowEndpoint: string): CallTarget {
    const { directory, trace, flow } = this;
    if (trace.endpointColumn !== undefined) directory.traceEndpoint(rowEndpoint);
    const endpoint = trace.endpointColumn === undefined ? (flow.endpoint as string) : rowEndpoint;
    const as = trace.accountColumn === undefined ? (flow.as as KeyRef) : directory.traceAccount(account, trace.accountLimit);
    return target(flow, as, endpoint, this.demandsAt(endpoint), directory);
  }

  private demandsAt(endpoint: string): Demands {
    let demands = this.demands.get(endpoint);
    if (demands === undefined) {
      // Each endpoint of the trace has streams of its own, apart from those of all flows.
      const entity = this.number + FLOWS_AT_MOST * (this.demands.size + 1);
      demands = new Demands(this.directory.work(endpoint), this.seed, entity);
      this.demands.set(endpoint, demands);
    }
    return demands;
  }
}
