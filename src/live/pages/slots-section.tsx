import { formatDurationUs } from '../../core/units.js';
import { plural } from '../../report/format.js';
import { Section, Table, type TableColumn } from '../../report/html/parts.js';
import type { SlotView } from '../world/live-world.js';
import { ActionForm } from './action-form.js';
import type { Reader } from './layout.js';

const MOST_SHOWN = 200;

export interface SlotsProps {
  readonly slots: readonly SlotView[];
  /** By id, as their owner named them. */
  readonly keyNames: ReadonlyMap<string, string>;
  readonly canRelease: boolean;
  readonly reader: Reader;
  /** The account that the operator looks at; undefined for everybody else. */
  readonly account: string | undefined;
}

/** Who holds which slot, since when and why; a stuck one can be released here. Stuck ones first, then the oldest. */
export function SlotsSection(props: SlotsProps) {
  const sorted = props.slots.toSorted((a, b) => Number(b.reason === 'ghost') - Number(a.reason === 'ghost') || b.ageUs - a.ageUs);
  const shown = sorted.slice(0, MOST_SHOWN);
  return (
    <Section id="slots" title="Slots in use" lead="One line for every request that counts against the limit.">
      <Table caption={`${plural(sorted.length, 'slot')} in use`} columns={columnsOf(props)} rows={shown} rowClass={lookOf} empty="No slot is in use." />
      {sorted.length > shown.length ? <p class="muted">{`… and ${sorted.length - shown.length} more. All of them: GET /v1/account/slots`}</p> : null}
    </Section>
  );
}

function columnsOf({ keyNames, canRelease, reader, account }: SlotsProps): TableColumn<SlotView>[] {
  return [
    { heading: 'Held', cell: (slot) => <Reason slot={slot} /> },
    { heading: 'For', numeric: true, cell: ({ ageUs }) => formatDurationUs(ageUs) },
    {
      heading: 'Release',
      cell: (slot) => {
        if (slot.reason !== 'ghost') return <span class="muted short">not stuck</span>;
        if (!canRelease) return <span class="muted short">not offered here</span>;
        return (
          <ActionForm action="/concurrency/release" reader={reader} account={account} fields={{ slot: slot.id }}>
            <button type="submit" id={`release-${slot.id}`} aria-label={`Release the slot of request ${slot.requestId}`}>
              Release
            </button>
          </ActionForm>
        );
      },
    },
    { heading: 'Why', cell: ({ explanation }) => explanation },
    { heading: 'Endpoint', cell: ({ endpoint }) => <code class="id">{endpoint}</code> },
    {
      heading: 'Key',
      cell: ({ keyId, isKeyRevoked }) => (
        <>
          {keyNames.get(keyId) ?? keyId} {isKeyRevoked ? <span class="pill">revoked</span> : null}
        </>
      ),
    },
    { heading: 'Request', names: true, cell: ({ requestId }) => <code class="id">{requestId}</code> },
  ];
}

const REASONS: Readonly<Record<SlotView['reason'], { readonly word: string; readonly icon: string; readonly look: string }>> = {
  working: { word: 'working', icon: '✓', look: 'pass' },
  booting: { word: 'booting', icon: '…', look: 'undecided' },
  stopping: { word: 'stopping', icon: '…', look: 'undecided' },
  ghost: { word: 'stuck', icon: '✗', look: 'fail' },
};

function Reason({ slot }: { slot: SlotView }) {
  const { word, icon, look } = REASONS[slot.reason];
  return (
    <span class={`badge ${look}`}>
      <span aria-hidden="true">{icon}</span> {word}
    </span>
  );
}

function lookOf({ reason }: SlotView): string {
  return reason === 'ghost' ? 'fail' : '';
}
