// Judges what several k6 processes measured as one run: k6 itself judges each process alone, and cannot merge percentiles.
//   node scripts/judge-k6.mjs runner-*.csv.gz -- 'fal_queue_time p(95) < 60000' 'fal_requests{outcome:ok} count == 200'
// Exit code 0: all hold. 99: one does not. 104: bad input. A metric without samples never passes.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';

const EXPRESSION = /^\s*(\w+)(?:\{(\w+):([^{}]+)\})?\s+(avg|min|max|med|count|sum|rate|p\((\d+(?:\.\d+)?)\))\s*(<=|>=|==|!=|<|>)\s*(-?\d+(?:\.\d+)?)\s*$/;
const HOLDS = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '==': (value, limit) => value === limit,
  '!=': (value, limit) => value !== limit,
};
const MOST_SAMPLES = 20_000_000;

class BadInput extends Error {}

/** What is asked, with the values that answer it. */
function readExpectation(text) {
  const match = EXPRESSION.exec(text);
  if (match === null) throw new BadInput(`expected an expectation such as 'fal_queue_time{outcome:ok} p(95) < 60000', got ${JSON.stringify(text)}`);
  const [, metric, tag, wanted, aggregation, percentile, operator, limit] = match;
  return {
    text,
    metric,
    tag,
    wanted,
    aggregation,
    percentile: percentile === undefined ? undefined : Number(percentile),
    operator,
    limit: Number(limit),
    values: [],
  };
}

async function readSamples(file, expectations) {
  const raw = createReadStream(file);
  const lines = createInterface({ input: file.endsWith('.gz') ? raw.pipe(createGunzip()) : raw });
  let names;
  let samples = 0;
  const failure = new Promise((_, fail) => raw.on('error', () => fail(new BadInput(`expected a CSV of k6, and could not read ${file}`))));
  const reading = (async () => {
    for await (const line of lines) {
      const fields = fieldsOf(line);
      if (names === undefined) {
        names = new Map(fields.map((name, place) => [name, place]));
        if (!names.has('metric_name') || !names.has('metric_value'))
          throw new BadInput(`expected a CSV of k6 with metric_name and metric_value, and ${file} has none`);
        continue;
      }
      if (++samples > MOST_SAMPLES) throw new BadInput(`${file} holds more than ${MOST_SAMPLES} samples`);
      take(fields, names, expectations);
    }
  })();
  await Promise.race([reading, failure]);
  if (samples === 0) throw new BadInput(`expected samples in ${file}, found none`);
}

/** Quotes stand around fields that need them, doubled inside. */
function fieldsOf(line) {
  if (!line.includes('"')) return line.split(',');
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain);
}

function take(fields, names, expectations) {
  const metric = fields[names.get('metric_name')];
  for (const expectation of expectations) {
    if (expectation.metric !== metric) continue;
    if (expectation.tag !== undefined && tagOf(fields, names, expectation.tag) !== expectation.wanted) continue;
    expectation.values.push(Number(fields[names.get('metric_value')]));
  }
}

/** System tags are columns, all others stand in one. */
function tagOf(fields, names, tag) {
  if (names.has(tag)) return fields[names.get(tag)];
  return new URLSearchParams(fields[names.get('extra_tags')] ?? '').get(tag);
}

/** `count` adds up, as it does for k6's counters. Percentiles are interpolated as k6 does it. */
function aggregate({ values, aggregation, percentile }) {
  const sum = values.reduce((total, value) => total + value, 0);
  if (aggregation === 'count' || aggregation === 'sum') return sum;
  if (aggregation === 'avg' || aggregation === 'rate') return sum / values.length;
  const sorted = values.sort((one, other) => one - other);
  if (aggregation === 'min') return sorted[0];
  if (aggregation === 'max') return sorted.at(-1);
  const place = ((percentile ?? 50) / 100) * (sorted.length - 1);
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
