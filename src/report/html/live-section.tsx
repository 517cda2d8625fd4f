import { formatDurationUs } from '../../core/units.js';
import type { ResultFile } from '../../measure/result.js';
import { formatNumber, plural } from '../format.js';
import { slowestCalls, troubledCalls } from '../live/call-lists.js';
import { type GroupedFinding, groupedFindings } from '../live/findings.js';
import { stepsSentence, stepTroubles } from '../live/late-steps.js';
import { liveNotes, skippedText, toolTexts } from '../live/live-lines.js';
import { liveRuns } from '../live/live-runs.js';
import { setupFacts } from '../live/setup.js';
import { twoViews } from '../live/two-views.js';
import { CallsTable, PacingTables, StepsTable, ViewsTable } from './live-tables.js';
import { Facts, Fold, Section } from './parts.js';

const MAX_FINDINGS = 24;

/** What only a run against a live server has: how the load was sent, and the clients' view beside the server's. */
export function LiveSection({ result }: { result: ResultFile }) {
  if (liveRuns(result).length === 0) return null;
  const views = twoViews(result);
  return (
    <Section id="live" title="Live run" lead="Real requests over HTTP. All times but those called wall time are virtual: wall time times the speed.">
      <Facts facts={setupFacts(result)} />
      <Remarks result={result} />
      <Reasons result={result} />
      <PacingTables result={result} />
      <h3>Clients and server</h3>
      {views === undefined ? (
        <p class="empty">Nobody could read the server's own history: the numbers of this page are what clients saw, and no more.</p>
      ) : (
        <ViewsTable views={views} seeds={result.seeds.length} />
      )}
      <Findings result={result} />
      <StepsTable troubles={stepTroubles(result)} sentence={stepsSentence(result)} />
      <Calls result={result} />
    </Section>
  );
}

/** The tool's own word, skipped time, notes. */
function Remarks({ result }: { result: ResultFile }) {
  const skipped = skippedText(result);
  const tools = toolTexts(result);
  const notes = liveNotes(result);
  if (tools.length + notes.length === 0 && skipped === undefined) return null;
  return (
    <ul class="notes">
      {tools.map(({ text, warns }) => (
        <li>{warns ? <strong>{text}</strong> : text}</li>
      ))}
      {skipped === undefined ? null : <li>{skipped}</li>}
      {notes.map((note) => (
        <li>{note}</li>
      ))}
    </ul>
  );
}

/** Why a run cannot pass, or why nobody can tell. */
function Reasons({ result }: { result: ResultFile }) {
  const runs = liveRuns(result);
  const broken = distinct(runs.flatMap(({ live }) => live.broken));
  const undecided = distinct(runs.flatMap(({ live }) => live.undecided));
  return (
    <>
      <ReasonList look="notice fail" title="Broken: these runs cannot pass, whatever their metrics say" reasons={broken} />
      <ReasonList look="notice" title="Undecided: these runs say too little" reasons={undecided} />
    </>
  );
}

function ReasonList({ look, title, reasons }: { look: string; title: string; reasons: readonly (readonly [reason: string, runs: number])[] }) {
  if (reasons.length === 0) return null;
  return (
    <div class={look}>
      <strong>{title}</strong>
      <ul>
        {reasons.map(([reason, runs]) => (
          <li>{runs > 1 ? `${reason} (${plural(runs, 'run')})` : reason}</li>
        ))}
      </ul>
    </div>
  );
}

function Findings({ result }: { result: ResultFile }) {
  const findings = groupedFindings(result);
  const left = findings.length - MAX_FINDINGS;
  if (liveRuns(result).every(({ live }) => live.judgedBy === 'client') && findings.length === 0) return null;
  return (
    <>
      <h3>Findings</h3>
      {findings.length === 0 ? <p class="empty">Clients and server tell the same story.</p> : null}
      {findings.slice(0, MAX_FINDINGS).map((finding) => (
        <OneFinding finding={finding} />
      ))}
      {left > 0 ? <p class="muted">{plural(left, 'more finding')} in result.json.</p> : null}
    </>
  );
}

function OneFinding({ finding }: { finding: GroupedFinding }) {
  const { what, variant, client, server, explanation, runs, of, seed } = finding;
  return (
    <article class="violation">
      <h4>
        <code>{what}</code> {variant === undefined ? null : <span class="muted">in {variant}</span>}{' '}
        {of > 1 ? <span class="pill">{`${formatNumber(runs)} of ${plural(of, 'run')}, such as seed ${seed}`}</span> : null}
      </h4>
      <p>
        Clients: <strong>{client}</strong>. Server: <strong>{server}</strong>.
      </p>
      <p class="remedy">{explanation}</p>
    </article>
  );
}

function Calls({ result }: { result: ResultFile }) {
  const slowest = slowestCalls(result);
  const troubled = troubledCalls(result);
  const worst = slowest[0]?.call.elapsedUs;
  return (
    <>
      <Fold summary={`Slowest calls${worst == null ? '' : `, up to ${formatDurationUs(worst)}`}`}>
        <CallsTable caption="The slowest calls as clients saw them" calls={slowest} />
      </Fold>
      <Fold
        summary={`Calls that did not go well: ${formatNumber(troubled.calls.length + troubled.hidden)}`}
        open={troubled.calls.length > 0 && troubled.calls.length <= 5}
      >
        <CallsTable caption="Calls that did not go well" calls={troubled.calls} />
        {troubled.hidden > 0 ? <p class="muted">{plural(troubled.hidden, 'more call')} not listed.</p> : null}
      </Fold>
    </>
  );
}

/** Each reason once, with the number of runs that give it. */
function distinct(reasons: readonly string[]): [reason: string, runs: number][] {
  const counts = new Map<string, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts];
}
