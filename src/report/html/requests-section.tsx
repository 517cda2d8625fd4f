import type { ResultFile } from '../../measure/result.js';
import { formatNumber, formatSeconds, listOf, plural } from '../format.js';
import { FILTER_FIELDS } from '../requests/request-filter.js';
import { type RequestRow, requestsOf, type VariantRequests } from '../requests/request-rows.js';
import { reasonWord, wayText } from '../requests/span-words.js';
import { shownVariants } from '../runs.js';
import { Section } from './parts.js';
import { Waterfall } from './waterfall.js';

/** So many waterfalls, all variants together, are drawn before anybody asks; the others when they are opened. */
const DRAWN = 24;
/** And so many of these are printed. */
const PRINTED = 10;

const COLUMNS = ['Request', 'State', 'Key', 'Endpoint', 'Called', 'Started', 'Ended', 'Waited', 'Attempts', 'Requeues', 'Way'] as const;
const NUMERIC: ReadonlySet<string> = new Set(['Called', 'Started', 'Ended', 'Waited', 'Attempts', 'Requeues']);

/** The slowest, the failed, the ghosts' and the open requests, each with its way through the platform. */
export function RequestsSection({ result }: { result: ResultFile }) {
  const variants = requestsOf(result);
  if (variants.length === 0) return null;
  const rows = variants.reduce((sum, variant) => sum + variant.rows.length, 0);
  const named = variants.some(({ variant }) => variant !== undefined);
  return (
    <Section
      id="requests"
      title="Slowest and failed requests"
      lead="Requests that were slow to start, did not end well, held a ghost slot or were still open at the end. Each opens its way through the platform."
    >
      <ul class="notes">
        {variants.map((variant) => (
          <li>
            {named ? `${variant.title}: ` : ''}
            {countsText(variant)}
          </li>
        ))}
      </ul>
      {rows === 0 ? (
        <p class="empty">None: every request started at once and ended well.</p>
      ) : (
        <RequestTable result={result} variants={variants} named={named} />
      )}
    </Section>
  );
}

function countsText({ rows, left, total, counts, seed }: VariantRequests): string {
  const kinds = Object.entries(counts).flatMap(([reason, count]) => (count > 0 ? [`${formatNumber(count)} ${reasonWord(reason)}`] : []));
  const of = `of ${plural(total, 'request')} with seed ${seed}${kinds.length === 0 ? '' : `, ${listOf(kinds)}`}`;
  return `${formatNumber(rows.length)} listed ${of}${left > 0 ? `; ${formatNumber(left)} more in result.json` : ''}.`;
}

function RequestTable({ result, variants, named }: { result: ResultFile; variants: readonly VariantRequests[]; named: boolean }) {
  const columns = [COLUMNS[0], ...(named ? ['Variant'] : []), ...COLUMNS.slice(1)];
  const each = (most: number): number => Math.ceil(most / variants.length);
  const seeds = [...new Set(variants.map(({ seed }) => seed))];
  return (
    <>
      <Hatch />
      <Filter named={named} />
      {/* biome-ignore lint/a11y/useSemanticElements lint/a11y/noNoninteractiveTabindex: what scrolls must be in reach of the keyboard */}
      <div class="scroll" role="group" tabIndex={0} aria-label="Slowest and failed requests">
        <table id="request-table">
          <caption>{`Requests with seed ${seeds.join(', ')}, worst first; times are virtual`}</caption>
          <thead>
            <tr>
              {columns.map((heading) => (
                <th scope="col" class={NUMERIC.has(heading) ? 'number' : undefined}>
                  {heading}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {variants.flatMap(({ rows, variant }) => {
              const marks = shownVariants(result).find(({ info }) => (info.name ?? undefined) === variant)?.info.marks ?? [];
              return rows.map((row, at) => (
                <>
                  <Row row={row} named={named} />
                  {at >= each(DRAWN) ? null : (
                    <tr class={`way${at < each(PRINTED) ? ' printed' : ''}`} id={`${row.anchor}-way`}>
                      <td colSpan={columns.length}>
                        <Waterfall row={row} marks={marks} />
                      </td>
                    </tr>
                  )}
                </>
              ));
            })}
          </tbody>
        </table>
      </div>
      <button type="button" class="needs-js" id="request-more" hidden>
        Show all
      </button>
    </>
  );
}

/** What a ghost's bar is filled with, for all waterfalls. */
function Hatch() {
  return (
    <svg class="hatch" width={0} height={0} aria-hidden="true">
      <defs>
        <pattern id="ghost-hatch" width={8} height={8} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width={8} height={8} />
          <path d="M2 0V8" />
        </pattern>
      </defs>
    </svg>
  );
}

/** Rows are found by what their cells say, so that the page need not carry it twice. */
function Row({ row, named }: { row: RequestRow; named: boolean }) {
  const { story, endUs } = row;
  const at = (us: number | undefined): string => (us == null ? 'never' : formatSeconds(us / 1e6));
  const waitedUs = (story.startedUs ?? story.endedUs ?? endUs) - story.calledUs;
  return (
    <tr class={`request ${story.reasons.includes('ghost') || story.reasons.includes('failed') ? 'fail' : ''}`} id={row.anchor} tabIndex={-1}>
      <th scope="row">
        <button type="button" class="expand" aria-expanded="false">
          {story.request}
        </button>
      </th>
      {named ? <td data-field="v">{row.variant ?? '–'}</td> : null}
      <td data-field="s">
        {story.outcome}
        <span class="range">{story.reasons.join(', ')}</span>
      </td>
      <td>
        <span data-field="k">{story.key}</span>
        <span class="range" data-field="a">
          {story.account}
        </span>
      </td>
      <td>
        <span data-field="e">{story.endpoint}</span>
        <span class="range" data-field="m">
          {story.mode}
        </span>
      </td>
      <td class="number">{at(story.calledUs)}</td>
      <td class="number">{at(story.startedUs)}</td>
      <td class="number">{at(story.endedUs)}</td>
      <td class="number">{formatSeconds(waitedUs / 1e6)}</td>
      <td class="number">{story.attempts}</td>
      <td class="number">{story.requeues}</td>
      <td class="prose">{wayText(story, endUs)}</td>
    </tr>
  );
}

const EXAMPLES = ['s:ghost', 's:failed', 's:open', 's:slow'];

function Filter({ named }: { named: boolean }) {
  const fields = Object.entries(FILTER_FIELDS).flatMap(([letter, word]) => (letter === 'v' && !named ? [] : [`${letter}: ${word}`]));
  return (
    <search class="filter needs-script">
      <label for="request-filter">Filter</label>
      <input
        type="search"
        id="request-filter"
        autocomplete="off"
        spellcheck={false}
        aria-describedby="request-filter-help"
        placeholder="s:failed k:old !text"
      />
      <span class="examples">
        {EXAMPLES.map((example) => (
          <button type="button" data-filter={example}>
            {example}
          </button>
        ))}
      </span>
      <output id="request-count" for="request-filter" aria-live="polite" />
      <p id="request-filter-help" class="muted">
        {`Words must all be in the row. ${listOf(fields, fields.length)}; a comma means “or”, an exclamation mark “not”, quotes keep blanks. Escape clears it; arrow keys go from row to row.`}
      </p>
    </search>
  );
}
