// Judges what several k6 processes measured as one run: k6 itself judges each process alone, and cannot merge percentiles.
//   node scripts/judge-k6.mjs runner-*.csv.gz -- 'fal_queue_time p(95) < 60000' 'fal_requests{outcome:ok} count == 200'
// What can be asked goes by the kind of metric, as in k6: counter: count; rate: rate; gauge: min, max; trend: avg, min, max, med,
// p(N), sum, count (its samples). Kinds of k6's own metrics and of ours are known; others are named first: 'counter my_orders count > 0'.
// Exit code 0: all hold. 99: one does not. 104: bad input. A metric without samples never passes.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

const EXPRESSION =
  /^\s*(?:(trend|counter|rate|gauge)\s+)?(\w+)(?:\{(\w+):([^{}]+)\})?\s+(avg|min|max|med|count|sum|rate|p\((\d+(?:\.\d+)?)\))\s*(<=|>=|==|!=|<|>)\s*(-?\d+(?:\.\d+)?)\s*$/;
const HOLDS = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '==': (value, limit) => value === limit,
  '!=': (value, limit) => value !== limit,
};
const MOST_SAMPLES = 20_000_000;

const COUNTERS =
  /^(?:http_reqs|iterations|dropped_iterations|data_sent|data_received|ws_msgs_sent|ws_msgs_received|ws_sessions|fal_(?:requests|accepted|retries|refusals|requeues|polls|zombie_polls|calls|results|refused_polls)|slotstorm_\w+)$/;
const RATES = /^(?:checks|http_req_failed|fal_gave_up)$/;
const GAUGES = /^(?:vus|vus_max|slots_in_use|slots_leaked)$/;
const TRENDS =
  /^(?:(?:group|iteration)_duration|http_req_\w+|ws_(?:connecting|session_duration|ping)|grpc_req_duration|fal_(?:queue_time|run_time|time_to_result|attempts|queue_latency|queue_wait))$/;
const ANSWERS = {
  counter: ['count'],
  rate: ['rate'],
  gauge: ['min', 'max'],
  trend: ['avg', 'min', 'max', 'med', 'p', 'sum', 'count'],
};
/** These mean the same for every kind that answers them, so they need no word about it. */
const OF_ONE_MEANING = new Set(['avg', 'min', 'max', 'med', 'p', 'sum']);

class BadInput extends Error {}

/** What is asked, with the values that answer it. */
function readExpectation(text) {
  const match = EXPRESSION.exec(text);
  if (match === null) throw new BadInput(`expected an expectation such as 'fal_queue_time{outcome:ok} p(95) < 60000', got ${JSON.stringify(text)}`);
  const [, said, metric, tag, wanted, asked, percentile, operator, limit] = match;
  if (percentile !== undefined && Number(percentile) > 100) throw new BadInput(`expected a percentile from 0 to 100 in ${JSON.stringify(text)}`);
  const aggregation = percentile === undefined ? asked : 'p';
  const kind = kindOf(metric, said, aggregation, text);
  if (!ANSWERS[kind].includes(aggregation)) throw new BadInput(`expected ${ANSWERS[kind].join(', ')} of the ${kind} ${metric}, got ${JSON.stringify(text)}`);
  return { text, metric, kind, tag, wanted, aggregation, percentile: Number(percentile ?? 50), operator, limit: Number(limit), values: [] };
}

/** A CSV does not tell the kinds of metrics. */
function kindOf(metric, said, aggregation, text) {
  const known = COUNTERS.test(metric) ? 'counter' : RATES.test(metric) ? 'rate' : GAUGES.test(metric) ? 'gauge' : TRENDS.test(metric) ? 'trend' : undefined;
  if (known !== undefined && said !== undefined && said !== known) throw new BadInput(`${metric} is a ${known}, not a ${said}: ${JSON.stringify(text)}`);
  const kind = known ?? said ?? (OF_ONE_MEANING.has(aggregation) ? 'trend' : undefined);
  if (kind !== undefined) return kind;
  throw new BadInput(
    `expected the kind of ${metric}, which is no metric of k6 or slotstorm: trend, counter, rate or gauge before its name in ${JSON.stringify(text)}`,
  );
}

async function readSamples(file, expectations) {
  let names;
  let samples = 0;
  for await (const record of records(file)) {
    const fields = fieldsOf(record);
    if (names === undefined) {
      names = new Map(fields.map((name, place) => [name, place]));
      if (!names.has('metric_name') || !names.has('metric_value'))
        throw new BadInput(`expected a CSV of k6 with metric_name and metric_value, and ${file} has none`);
      continue;
    }
    if (++samples > MOST_SAMPLES) throw new BadInput(`${file} holds more than ${MOST_SAMPLES} samples`);
    const value = fields[names.get('metric_value')];
    if (fields.length !== names.size || value === '' || !Number.isFinite(Number(value)))
      throw new BadInput(`expected ${names.size} fields and a number in each line of ${file}, got ${JSON.stringify(record.slice(0, 120))}: is it cut off?`);
    take(fields, names, expectations);
  }
  if (samples === 0) throw new BadInput(`expected samples in ${file}, found none`);
}

/** A field in quotes may hold line breaks: a tag of a script can. */
async function* records(file) {
  const raw = createReadStream(file);
  // Whatever fails in a pipe is told at its end.
  const input = file.endsWith('.gz') ? pipeline(raw, createGunzip(), () => undefined) : raw;
  let record = '';
  let isOpen = false;
  try {
    input.setEncoding('utf8');
    // The lines themselves do not hear of a stream's error.
    const failed = new Promise((_, fail) => input.once('error', fail));
    failed.catch(() => undefined);
    const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })[Symbol.asyncIterator]();
    for (let next = await Promise.race([lines.next(), failed]); !next.done; next = await Promise.race([lines.next(), failed])) {
      record = isOpen ? `${record}\n${next.value}` : next.value;
      isOpen = (record.split('"').length - 1) % 2 === 1;
      if (!isOpen) yield record;
    }
    if (input.errored) throw input.errored;
  } catch (error) {
    if (error instanceof BadInput) throw error;
    throw new BadInput(`expected a CSV of k6, and could not read ${file}: ${error.message}`);
  } finally {
    raw.destroy();
  }
  if (isOpen) throw new BadInput(`${file} ends within a quoted field: it is cut off`);
}

/** Quotes stand around fields that need them, doubled inside. */
function fieldsOf(record) {
  if (!record.includes('"')) return record.split(',');
  return [...record.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain);
}

function take(fields, names, expectations) {
  const metric = fields[names.get('metric_name')];
  for (const expectation of expectations) {
    if (expectation.metric !== metric) continue;
    if (expectation.tag !== undefined && !hasTag(fields, names, expectation)) continue;
    expectation.values.push(Number(fields[names.get('metric_value')]));
  }
}

/** System tags are columns, all others stand in one as k6 has them: nothing in it is encoded. */
function hasTag(fields, names, { tag, wanted }) {
  if (names.has(tag)) return fields[names.get(tag)] === wanted;
  return `&${fields[names.get('extra_tags')] ?? ''}&`.includes(`&${tag}=${wanted}&`);
}

/** Percentiles are interpolated as k6 does it. */
function aggregate({ kind, values, aggregation, percentile }) {
  const sum = values.reduce((total, value) => total + value, 0);
  if (aggregation === 'count') return kind === 'counter' ? sum : values.length;
  if (aggregation === 'sum') return sum;
  if (aggregation === 'avg' || aggregation === 'rate') return sum / values.length;
  const sorted = values.sort((one, other) => one - other);
  if (aggregation === 'min') return sorted[0];
  if (aggregation === 'max') return sorted.at(-1);
  const place = (percentile / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(place)];
  return below + (sorted[Math.ceil(place)] - below) * (place - Math.floor(place));
}

/** @returns whether it holds */
function judge(expectation) {
  if (expectation.values.length === 0) {
    console.log(`✗ ${expectation.text}: no samples`);
    return false;
  }
  const value = aggregate(expectation);
  const holds = HOLDS[expectation.operator](value, expectation.limit);
  console.log(`${holds ? '✓' : '✗'} ${expectation.text}: ${Number(value.toFixed(3))} (${expectation.values.length} samples)`);
  return holds;
}

async function main(args) {
  const dashes = args.indexOf('--');
  const files = args.slice(0, Math.max(0, dashes));
  const expectations = args.slice(dashes + 1).map(readExpectation);
  if (files.length === 0 || expectations.length === 0)
    throw new BadInput("expected files, then --, then expectations: runner-1.csv -- 'fal_gave_up rate == 0'");
  for (const file of files) await readSamples(file, expectations);
  return expectations.map(judge).every(Boolean) ? 0 : 99;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BadInput)) throw error;
  console.error(`judge-k6: ${error.message}`);
  process.exitCode = 104;
}
