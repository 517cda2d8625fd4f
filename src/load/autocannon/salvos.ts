import type { ClosedLoopSpec } from '../../scenario/arrival-types.js';
import type { FlowSpec } from '../../scenario/types.js';
import type { TraceSource } from '../../sim/trace.js';
import type { ShooterOrder } from '../shooter.js';
import { drawnCalls, type PlannedCall, plannedCalls } from '../workload.js';
import { LONGEST_S } from './cannon.js';
import { BurstMagazine, LoopMagazine } from './magazines.js';
import { Salvo } from './salvo.js';
import { keyOf, Volley, type VolleyParts } from './volley.js';

/** So many calls of a closed loop are drawn; who makes more of them begins again. */
const DRAWN = 10_000;

/** What of a workload one load process fires: its share of each burst, and of the users of each closed loop. */
export class Salvos {
  readonly all: readonly Salvo[];
  readonly notes: string[] = [];
  private readonly loops: { readonly name: string; readonly magazine: LoopMagazine }[] = [];

  /** @throws LoadError when the target lacks a key of the workload */
  constructor(
    private readonly order: ShooterOrder,
    private readonly parts: VolleyParts,
    private readonly traceSource: TraceSource,
  ) {
    const { scenario, seed } = order;
    for (const { as } of scenario.workload) if (as !== undefined) keyOf(order.target, as);
    const planned = plannedCalls(scenario, seed, traceSource);
    this.all = scenario.workload.flatMap((flow, number) => {
      const calls = planned.filter((call) => call.flow === number);
      const salvo = flow.arrivals.kind === 'closedLoop' ? this.loop(flow, flow.arrivals, number) : this.burst(flow, calls);
      return salvo === undefined ? [] : [salvo];
    });
  }

  /** What has to be said once all is over. */
  laterNotes(): string[] {
    const recycled = this.loops.filter(({ magazine }) => magazine.isRecycled);
    return recycled.map(({ name }) => `${name}: more than ${DRAWN} calls were made, so service times were taken from the beginning again`);
  }

  private burst(flow: FlowSpec, calls: readonly PlannedCall[]): Salvo | undefined {
    const { process, processes } = this.order;
    const mine = calls.filter((_, ordinal) => ordinal % processes === process);
    const [first] = mine;
    if (first === undefined) return undefined;
    const volley = new Volley(this.parts, new BurstMagazine(mine));
    return new Salvo(first.atUs, Number.POSITIVE_INFINITY, this.terms(flow, mine.length, 'once'), volley);
  }

  private loop(flow: FlowSpec, spec: ClosedLoopSpec, number: number): Salvo | undefined {
    const { process, processes, scenario, seed } = this.order;
    const users = Math.floor((spec.users + processes - 1 - process) / processes);
    if (users === 0 || spec.fromUs >= spec.toUs) return undefined;
    const name = `workload.${number}`;
    this.say(name, flow);
    const place = { number: process, of: processes };
    const calls = drawnCalls(scenario, seed, this.traceSource, number, DRAWN);
    const magazine = new LoopMagazine(calls, this.parts.clock, spec, place, users, () => salvo.cease());
    this.loops.push({ name, magazine });
    const salvo = new Salvo(spec.fromUs, spec.toUs, this.terms(flow, users, 'again'), new Volley(this.parts, magazine));
    return salvo;
  }

  private terms(flow: FlowSpec, connections: number, fires: 'once' | 'again'): Salvo['terms'] {
    const { queueUrl, runUrl } = this.order.target;
    // A caller waits for as long as the server lets it: whoever ends the run ends the wait.
    return { origin: new URL(flow.call === 'run' ? runUrl : queueUrl).origin, connections, fires, timeoutS: LONGEST_S };
  }

  private say(name: string, { call }: FlowSpec): void {
    this.notes.push(`${name}: autocannon leaves think times out: each connection sends as soon as it has its answer`);
    if (call === 'submit')
      this.notes.push(`${name}: its users do not wait for the end of their requests: autocannon sends the next one when the last was accepted`);
  }
}
