import type { Violation } from '../../measure/invariants/checker.js';
import { INVARIANTS } from '../../measure/invariants/registry.js';
import type { ResultFile } from '../../measure/result.js';
import { formatNumber, formatSeconds, listOf, plural } from '../format.js';
import { concernsText, remedyText, violationText } from '../violation-text.js';
import { type BrokenInvariant, brokenInvariants } from '../violations/broken-invariants.js';
import { type SlotsAt, slotsAround } from '../violations/slots-around.js';
import { MinimalTraceFold } from './minimal-trace.js';
import { Command, Fold, Section, Table } from './parts.js';
import { requestAnchor } from './request-anchor.js';

const MAX_SHOWN = 24;

/** Broken invariants with their first examples. Those that a scenario expects are folded: they are its story, not its failure. */
export function ViolationsSection({ result }: { result: ResultFile }) {
  const all = brokenInvariants(result);
  const unexpected = all.filter(({ invariant }) => invariant.expected === 'held');
  const expected = all.filter(({ invariant }) => invariant.expected !== 'held');
  if (all.length === 0) {
    return (
      <Section id="violations" title="Violated invariants">
        <p class="empty">No invariant was violated.</p>
      </Section>
    );
  }
  return (
    <Section id="violations" title="Violated invariants">
      {unexpected.slice(0, MAX_SHOWN).map((broken) => (
        <BrokenArticle broken={broken} rerun={result.scenario.rerun} />
      ))}
      {unexpected.length > MAX_SHOWN ? <p>{plural(unexpected.length - MAX_SHOWN, 'more violated invariant')} in result.json.</p> : null}
      {expected.length === 0 ? null : (
        <Fold
          summary={`${plural(expected.length, 'invariant')} violated as the scenario expects, or not judged: ${listOf([...new Set(expected.map(({ invariant }) => invariant.id))])}`}
        >
          {expected.slice(0, MAX_SHOWN).map((broken) => (
            <BrokenArticle broken={broken} rerun={undefined} />
          ))}
        </Fold>
      )}
    </Section>
  );
}

function BrokenArticle({ broken, rerun }: { broken: BrokenInvariant; rerun: string | undefined }) {
  const { invariant, label, seeds, of, fingerprint, minimal, run } = broken;
  const { statement } = INVARIANTS[invariant.id] ?? { statement: 'This version does not know this invariant.' };
  const judged = { held: 'must hold', violated: 'violated, as expected', off: 'not judged' }[invariant.expected];
  return (
    <article class={`violation ${invariant.verdict}`}>
      <h3>
        <code>{invariant.id}</code> {label === undefined ? null : <span class="muted">in {label}</span>} <span class="pill">{judged}</span>{' '}
        {of > 1 ? <span class="pill">{`in ${formatNumber(seeds)} of ${plural(of, 'seed')}`}</span> : null}
        {invariant.level === 'warn' ? <span class="pill">⚠ warning only</span> : null}
      </h3>
      <p>{statement}</p>
      <FirstViolation broken={broken} />
      <p class="remedy">
        <strong>What to do next:</strong> {remedyText(invariant)}
      </p>
      {rerun === undefined ? null : <Command text={rerun} />}
      {broken.replay === undefined ? null : <Command text={broken.replay} />}
      {minimal === undefined ? null : <MinimalTraceFold trace={minimal} id={`minimal-${broken.panel}-${invariant.id}`} />}
      <Fold summary={`First ${plural(invariant.examples.length, 'example')}`}>
        <ExamplesTable broken={broken} />
      </Fold>
      <p class="muted">
        Fingerprint <code>{fingerprint}</code>: the same for the same shape of violation, in any seed{run.variant == null ? '' : ' and variant'}.
      </p>
    </article>
  );
}

function FirstViolation({ broken: { invariant, run, panel } }: { broken: BrokenInvariant }) {
  const first = invariant.examples[0];
  const around = first === undefined ? undefined : slotsAround(run.evidence, first.account, first.atUs);
  return (
    <>
      <p>
        <strong>{plural(invariant.violations, 'violation')}</strong> in {formatNumber(invariant.examined)} examined.
        {first === undefined
          ? null
          : ` First at ${formatSeconds(first.atUs / 1e6)} of virtual time, event ${formatNumber(first.event)}: ${violationText(first)}.`}
        {first === undefined || run.evidence == null ? null : (
          <>
            {' '}
            <a href={`#slots-${panel}`}>See it on the timeline</a>.
          </>
        )}
      </p>
      {around === undefined || first === undefined ? null : (
        <p class="muted">
          {`Slots${first.account === '' ? '' : ` of ${first.account}`} ${around.exact ? 'before it' : 'around it, on average, before'}: ${slotsText(around.before)}; after: ${slotsText(around.after)}.`}
        </p>
      )}
    </>
  );
}

/** The limiter's count against the slots that live work holds. */
function slotsText({ held, live, ghost }: SlotsAt): string {
  return `the limiter counts ${formatNumber(held)}, live work holds ${formatNumber(live)}${ghost > 0 ? `, ${plural(ghost, 'ghost')}` : ''}`;
}

function ExamplesTable({ broken: { invariant, label, run } }: { broken: BrokenInvariant }) {
  const told = new Set(run.evidence?.stories?.stories.map(({ request }) => request));
  const link = ({ request }: Violation) => (told.has(request) ? <a href={`#${requestAnchor(request, run.variant)}`}>{request}</a> : request);
  return (
    <Table<Violation>
      caption={`Violations of ${invariant.id}${label === undefined ? '' : ` in ${label}`}`}
      rows={invariant.examples}
      columns={[
        { heading: 'Virtual time', numeric: true, cell: (example) => formatSeconds(example.atUs / 1e6) },
        { heading: 'Event', numeric: true, cell: (example) => formatNumber(example.event) },
        { heading: 'Request', names: true, cell: link },
        { heading: 'Account', cell: (example) => example.account },
        { heading: 'Key', cell: (example) => example.key },
        { heading: 'What happened', cell: (example) => example.message },
        { heading: 'Also concerned', cell: concernsText },
      ]}
    />
  );
}
