import { quarantineText, STANDINGS, type Standing, standingOf } from '../ci/standing.js';
import { formatMargin, formatNumber, plural } from '../format.js';
import type { SeededGate } from '../gates.js';
import { STANDING_WORDS } from '../standing-words.js';
import { Fold, Section, Table, type TableColumn } from './parts.js';
import { StandingBadge } from './standing-badge.js';

const FOLDED: readonly Standing[] = ['skipped', 'passed'];

/** Everything that was checked, failures first. */
export function GatesSection({ gates, file }: { gates: readonly SeededGate[]; file: string }) {
  const sorted = gates.toSorted((a, b) => STANDINGS.indexOf(standingOf(a)) - STANDINGS.indexOf(standingOf(b)));
  const of = (...standings: readonly Standing[]): SeededGate[] => sorted.filter((gate) => standings.includes(standingOf(gate)));
  const counted = of('failed', 'undecided');
  const shown = of('warned', 'quarantined');
  const folded = of(...FOLDED);
  const skipped = of('skipped').length;
  return (
    <Section id="gates" title="Gates" lead={leadText(gates)}>
      {counted.length === 0 ? null : <GateTable caption="Failed or undecided" gates={counted} file={file} />}
      {shown.length === 0 ? null : <GateTable caption="Shown, not counted: warnings and known failures" gates={shown} file={file} />}
      {folded.length === 0 ? null : (
        <Fold
          summary={`${plural(folded.length - skipped, 'check')} passed${skipped > 0 ? `, ${formatNumber(skipped)} skipped` : ''}`}
          open={counted.length === 0 && folded.length <= 12}
        >
          <GateTable caption={skipped > 0 ? 'Passed or skipped' : 'Passed'} gates={folded.toReversed()} file={file} />
        </Fold>
      )}
      {gates.length === 0 ? <p class="empty">The scenario expects nothing, so nothing was checked.</p> : null}
    </Section>
  );
}

function leadText(gates: readonly SeededGate[]): string {
  const load = gates.some((gate) => gate.kind === 'load');
  const more = [
    ...(gates.some((gate) => gate.kind === 'budget') ? ['budgets over all seeds'] : []),
    ...(gates.some((gate) => gate.kind === 'regression') ? ['the baseline'] : []),
  ];
  return `Thresholds, invariants${load ? ', what the run had to exercise, and whether its load was sent' : ' and what the run had to exercise'}${more.length === 0 ? '' : `; ${more.join(' and ')}`}. The margin is the room that was left, as a share of the limit.`;
}

function GateTable({ caption, gates, file }: { caption: string; gates: readonly SeededGate[]; file: string }) {
  return (
    <Table
      caption={caption}
      look="gates"
      columns={columnsFor(gates, file)}
      rows={gates}
      rowClass={(gate) => (FOLDED.includes(standingOf(gate)) ? '' : STANDING_WORDS[standingOf(gate)].look)}
    />
  );
}

function columnsFor(gates: readonly SeededGate[], file: string): TableColumn<SeededGate>[] {
  const some = (has: (gate: SeededGate) => boolean, column: TableColumn<SeededGate>): TableColumn<SeededGate>[] => (gates.some(has) ? [column] : []);
  return [
    { heading: 'Verdict', cell: (gate) => <StandingBadge gate={gate} /> },
    ...some((gate) => gate.variant != null, { heading: 'Variant', cell: (gate) => gate.variant ?? '–' }),
    { heading: 'Scope', names: true, cell: (gate) => <Scope gate={gate} file={file} /> },
    { heading: 'Expected', cell: (gate) => <code>{gate.expression}</code> },
    { heading: 'Actual', numeric: true, wraps: true, cell: (gate) => gate.actual },
    { heading: 'Limit', numeric: true, wraps: true, cell: (gate) => gate.limit },
    { heading: 'Margin', numeric: true, cell: (gate) => formatMargin(gate.margin ?? undefined) },
    { heading: 'n', numeric: true, cell: (gate) => formatNumber(gate.n) },
    ...some((gate) => gate.seeds > 1, { heading: 'Seeds failing', numeric: true, wraps: true, cell: seedsText }),
  ];
}

/** What is checked, and below it what a reader asks next: why, until when, and where it is written. */
function Scope({ gate, file }: { gate: SeededGate; file: string }) {
  const { scope, kind, level, note, quarantine, place } = gate;
  const facts = [kind, ...(level == null || level === 'error' ? [] : [`level ${level}`]), ...(place == null ? [] : [`${file}:${place.line}:${place.column}`])];
  return (
    <>
      <code>{scope}</code>
      <span class="beneath">{facts.join(' · ')}</span>
      {note === '' ? null : <span class="beneath said">{note}</span>}
      {quarantine == null ? null : <span class="beneath said">{quarantineText(quarantine)}</span>}
    </>
  );
}

function seedsText(gate: SeededGate): string {
  const more = [...(gate.seedsUndecided > 0 ? [`${gate.seedsUndecided} undecided`] : []), ...(gate.verdict === 'pass' ? [] : [`seed ${gate.seed}`])];
  return `${gate.seedsFailing}/${gate.seeds}${more.length === 0 ? '' : ` (${more.join(', ')})`}`;
}
