import type { CheckPlace, Quarantine, QuarantineOutcome } from '../measure/gate/gate-result.js';
import { checkText, isAbout } from '../measure/gate/quarantine.js';
import type { ResultFile } from '../measure/result.js';
import type { Gate, GateKind } from './gates.js';

const KINDS_IN_FILES: readonly GateKind[] = ['threshold', 'invariant', 'exercised', 'budget'];

/** Finds what is known of a gate beside its numbers: where it stands in the scenario, and whether it is known to fail. */
export class GateMarks {
  private readonly places = new Map<string, CheckPlace>();
  private readonly quarantine: readonly QuarantineOutcome[];

  constructor(result: ResultFile) {
    for (const { name, places = [] } of result.variants)
      for (const place of places) this.places.set(keyOf(name, place.kind, place.scope, textOf(place)), place);
    this.quarantine = (result.gate?.quarantine ?? []).filter(({ state }) => state === 'used');
  }

  mark<Marked extends Gate>(gate: Marked): Marked {
    const place = this.placeOf(gate);
    const quarantine = gate.verdict === 'pass' ? undefined : this.quarantineOf(gate);
    if (place === undefined && quarantine === undefined) return gate;
    return { ...gate, ...(place && { place: { line: place.line, column: place.column } }), ...(quarantine && { quarantine }) };
  }

  private placeOf({ kind, variant, scope, expression }: Gate): CheckPlace | undefined {
    if (!KINDS_IN_FILES.includes(kind)) return undefined;
    return this.places.get(keyOf(variant, kind, scope, kind === 'invariant' ? '' : expression));
  }

  private quarantineOf({ kind, variant, scope, expression }: Gate): Quarantine | undefined {
    if (this.quarantine.length === 0 || kind === 'load' || kind === 'quarantine') return undefined;
    const text = checkText(kind, scope, expression);
    const found = this.quarantine.find((entry) => isAbout(entry, variant, text));
    return found && { owner: found.owner, reason: found.reason, until: found.until, issue: found.issue };
  }
}

/** An invariant is one check, whatever is expected of it. */
function textOf({ kind, expression }: CheckPlace): string {
  return kind === 'invariant' ? '' : expression;
}

function keyOf(variant: string | null | undefined, kind: string, scope: string, expression: string): string {
  return JSON.stringify([variant ?? null, kind, scope, expression]);
}
