import { PLATFORM_ERRORS } from './core/errors.js';
import { PRESETS } from './core/policy.js';
import { TRACE_FORMAT } from './history/event-lines.js';
import { EVENT_TABLE, type EventField, SUBJECTS } from './history/event-table.js';
import { EXERCISES } from './measure/exercise.js';
import { EXIT_CODES } from './measure/exit-codes.js';
import { INVARIANTS, type InvariantDefinition } from './measure/invariants/registry.js';
import { METRICS } from './measure/metrics.js';
import { page, table } from './page-parts.js';
import { faultsPage, policiesPage } from './scenario-pages.js';

/** Pages of docs/ that are printed from the tables the code works with: name to text. */
export function registryPages(): Record<string, string> {
  return {
    'invariants.md': invariantsPage(),
    'metrics.md': metricsPage(),
    'errors.md': errorsPage(),
    'trace.md': tracePage(),
    'policies.md': policiesPage(),
    'faults.md': faultsPage(),
  };
}

function invariantsPage(): string {
  const rows = Object.entries<InvariantDefinition>(INVARIANTS).map(([id, { kind, statement, promise, remedy }]) => [
    id,
    kind,
    statement,
    promise === undefined ? '–' : `\`${promise}\``,
    remedy,
  ]);
  return page(
    'Invariants',
    'Every run is checked against these laws. `expect.invariants` may say `violated` (the story is about a broken platform) or `off`.',
    [
      table(['id', 'kind', 'statement', 'only if promised', 'when it is broken'], rows),
      'A law is **held** when it was examined and never broken, **violated** when it was, **undecided** when the run ended too early to say, **idle** when there was nothing to examine, and **not-promised** when the policy does not promise what it demands: nobody looks then. Naming such a law in `expect.invariants` is undecided as `held` and fails as `violated`.',
    ],
  );
}

function metricsPage(): string {
  const metrics = Object.entries(METRICS).map(([name, { type, unit, doc }]) => [`\`${name}\``, type, unit, doc]);
  const counters = Object.entries(EXERCISES).map(([name, doc]) => [`\`${name}\``, doc]);
  return page(
    'Metrics',
    'What thresholds may name. Tags: `account`, `key` (alone or as account/key), `endpoint`, `mode` (submit, subscribe, run); `requests` also has `outcome`. With a `warmup` they count from its end on. What several seeds say together: [statistics](statistics.md).',
    [
      table(['metric', 'type', 'unit', 'what it is'], metrics),
      '## Exercise counters\n\nWhat `expect.exercised` may name: a green run that never met its fault proves nothing.',
      table(['counter', 'counts'], counters),
    ],
  );
}

function errorsPage(): string {
  const errors = Object.entries(PLATFORM_ERRORS).map(([type, error]) => [`\`${type}\``, String(error.status), error.retriable ? 'yes' : 'no', error.doc]);
  const codes = Object.values(EXIT_CODES).map(({ code, doc }) => [String(code), doc]);
  const presets = Object.entries(PRESETS).map(([name, { doc }]) => [`\`${name}\``, doc]);
  return page('Errors, exit codes and presets', 'What the simulated platform answers, and what the command line returns.', [
    table(['type', 'status', 'clients may retry', 'meaning'], errors),
    '## Exit codes\n\nSeveral at once: 1 > 107 > 105 > 104 > 98 > 99 > 97 > 96.',
    table(['code', 'meaning'], codes),
    'A recording that cannot be read ends with 104 before anything runs. The message says what the file seems to be (compressed, a spreadsheet, UTF-16, a web page, one JSON array), or the line and what stands there, and the command that turns it; what is read: [recorded traces](model.md#recorded-traces).',
    '## Policy presets',
    table(['preset', 'what it is'], presets),
  ]);
}

function tracePage(): string {
  const subjects = Object.entries(SUBJECTS).map(([name, doc]) => [name, doc]);
  const events = Object.entries(EVENT_TABLE).map(([name, { doc, subject, fields }]) => [`\`${name}\``, doc, subject, fields.map(fieldText).join('; ')]);
  return page(
    'The trace file',
    'With `--trace` the history of the first seed of each variant is written to `trace.ndjson.gz` in the output folder: compressed (gzip) lines of JSON, one an event, in the order of the hash. It changes neither the result nor a hash. Memory does not grow with it. Files of recorded traffic, which are replayed, are [another thing](model.md#recorded-traces).',
    [
      '```sh\nnpx slotstorm run scenarios/key-revocation-mid-flight.yaml --trace\nzcat reports/key-revocation-mid-flight-1/trace.ndjson.gz | grep completionDropped\n```',
      `Every line has \`atUs\` (virtual time in µs) and \`event\`; with variants also \`variant\`. A run opens with \`runBegan\` (\`format\`: ${TRACE_FORMAT}, \`scenario\`, \`seed\`, \`version\`) and closes with \`runEnded\` (\`events\`, \`hash\`): a file without that line is not whole. What an event is about decides which names it carries:`,
      table(['about', 'fields'], subjects),
      '## Events',
      table(['event', 'what happened', 'about', 'further fields'], events),
    ],
  );
}

function fieldText({ name, doc, words, as }: EventField): string {
  const values = words === undefined ? '' : ` (${Object.values(words).join(', ')})`;
  return `\`${name}\` ${doc}${values}${as === 'dollars' ? ', US dollars' : ''}`;
}
