import { formatMargin, formatNumber, plural } from '../format.js';
import type { SeededGate } from '../gates.js';
import { Badge, Fold, Section, Table, type TableColumn } from './parts.js';

/** Everything that was checked, failures first. */
export function GatesSection({ gates }: { gates: readonly SeededGate[] }) {
  const open = gates.filter((gate) => gate.verdict !== 'pass');
  const passed = gates.filter((gate) => gate.verdict === 'pass');
  const live = gates.some((gate) => gate.kind === 'load');
  return (
    <Section
      id="gates"
      title="Gates"
      lead={`Thresholds, invariants${live ? ', what the run had to exercise, and whether its load was sent' : ' and what the run had to exercise'}. The margin is the room that was left, as a share of the limit.`}
    >
      {open.length === 0 ? null : <Table caption="Failed or undecided" columns={columnsFor(open)} rows={open} rowClass={(gate) => gate.verdict} />}
      {passed.length === 0 ? null : (
        <Fold summary={`${plural(passed.length, 'check')} passed`} open={open.length === 0 && passed.length <= 12}>
          <Table caption="Passed" columns={columnsFor(passed)} rows={passed} />
        </Fold>
      )}
      {gates.length === 0 ? <p class="empty">The scenario expects nothing, so nothing was checked.</p> : null}
    </Section>
  );
}

function columnsFor(gates: readonly SeededGate[]): TableColumn<SeededGate>[] {
  const variants = gates.some((gate) => gate.variant != null);
  const seeds = gates.some((gate) => gate.seeds > 1);
  return [
    { heading: 'Verdict', cell: (gate) => <Badge verdict={gate.verdict} /> },
    ...(variants ? [{ heading: 'Variant', cell: (gate: SeededGate) => gate.variant ?? '–' }] : []),
    { heading: 'Scope', names: true, cell: (gate) => <code>{gate.scope}</code> },
    { heading: 'Kind', cell: (gate) => gate.kind },
    { heading: 'Expected', cell: (gate) => <code>{gate.expression}</code> },
    { heading: 'Actual', numeric: true, cell: (gate) => gate.actual },
    { heading: 'Limit', numeric: true, cell: (gate) => gate.limit },
    { heading: 'Margin', numeric: true, cell: (gate) => formatMargin(gate.margin) },
    { heading: 'n', numeric: true, cell: (gate) => formatNumber(gate.n) },
    ...(seeds ? [{ heading: 'Seeds failing', numeric: true, cell: seedsText }] : []),
    ...(gates.some((gate) => gate.note !== '') ? [{ heading: 'Note', cell: (gate: SeededGate) => gate.note }] : []),
  ];
}

function seedsText(gate: SeededGate): string {
  const more = [...(gate.seedsUndecided > 0 ? [`${gate.seedsUndecided} undecided`] : []), ...(gate.verdict === 'pass' ? [] : [`seed ${gate.seed}`])];
  return `${gate.seedsFailing}/${gate.seeds}${more.length === 0 ? '' : ` (${more.join(', ')})`}`;
}
