import { dirname } from 'node:path';
import { fitTrace } from '../../fit/fit-trace.js';
import { fitParts } from '../../fit/parts.js';
import { scenarioText } from '../../fit/scenario-text.js';
import type { FitResult } from '../../measure/capacity/fit-result.js';
import { EXIT_CODES } from '../../measure/exit-codes.js';
import { RecordedLoad } from '../../plan/trace/recorded-load.js';
import { type TraceLoadOptions, traceSpecOf } from '../../plan/trace/trace-options.js';
import { reasonOf } from '../../reasons.js';
import { terminalText } from '../../report/escape.js';
import { fitMarkdown } from '../../report/fit/markdown.js';
import { fitLines } from '../../report/fit/terminal.js';
import { shellWord } from '../../shell-commands.js';
import { columnsOfTrace, overlookTrace, type TraceColumns } from '../../sim/trace.js';
import { UsageError } from '../failures.js';
import { commandOf, fittedPart, optionsOf, planCommandOf, replayOf } from '../fit/asked-trace.js';
import type { FitArguments } from '../fit/options.js';
import { pathFrom, scenarioNameOf } from '../fit/scenario-place.js';
import { noFile } from '../no-file.js';
import type { Outside } from '../outside.js';
import { tracesBeside } from '../trace-files.js';
import { writeAllAside } from '../write-aside.js';

/** Traces named without a folder lie in the current one. */
const HERE = 'fit';

/** Says what a trace looks like, and writes the models that come closest as a scenario. @returns the exit code */
export async function fitCommand(given: FitArguments, outside: Outside): Promise<number> {
  checkPlaces(given, outside);
  const options = optionsOf(given);
  const source = tracesBeside(HERE, outside.files);
  const hasService = options.serviceColumn !== undefined;
  // Arrivals can be fitted without service times; only a scenario needs them.
  const spec = traceSpecOf(hasService ? options : { ...options, serviceMs: options.serviceMs ?? 0 }, source);
  const all = columnsOfTrace(spec, source);
  const columns = fittedPart(all, options.slice);
  // What is wrong with an empty slice, it says itself.
  if (columns.count === 0) overlookTrace(spec, source);
  const fit = {
    ...fitTrace({ file: options.file, columns, outside: all.count - columns.count, hasService }),
    planCommand: planCommandOf(given),
    parts: fitParts({ columns, hasService, tenantColumn: options.tenantColumn, endpointColumn: options.endpointColumn }),
  };
  write(fit, columns, options, given, outside);
  if (given.json) outside.out.write(`${JSON.stringify(fit)}\n`);
  else outside.out.write(`${fitLines(fit).map(terminalText).join('\n')}\n`);
  return EXIT_CODES.passed.code;
}

function write(fit: FitResult, columns: TraceColumns, options: TraceLoadOptions, given: FitArguments, outside: Outside): void {
  const texts: [string, string][] = [];
  if (given.write !== undefined) {
    const recorded = new RecordedLoad(columns, undefined, options.serviceMs);
    const folder = dirname(given.write);
    const text = scenarioText(fit, {
      name: scenarioNameOf(given.write),
      schemaPath: './scenario.schema.json',
      tracePath: pathFrom(folder, options.file),
      replay: replayOf(options),
      serviceMs: options.serviceMs,
      peakInFlight: recorded.peakInFlight(1),
      command: commandOf(given),
    });
    texts.push([given.write, text]);
  }
  if (given.markdown !== undefined) texts.push([given.markdown, fitMarkdown(fit)]);
  try {
    for (const [path] of texts) outside.files.makeDirectory(dirname(path));
    writeAllAside(outside.files, texts);
  } catch (error) {
    throw new UsageError(`fit: expected to write ${texts.map(([path]) => JSON.stringify(path)).join(' and ')}: ${reasonOf(error)}`);
  }
  for (const [path] of texts) outside.err.write(`slotstorm: wrote ${terminalText(path)}\n`);
}

/** Before anything is read: what is there stays there. */
function checkPlaces(given: FitArguments, { files }: Outside): void {
  if (!files.isFile(given.trace)) throw new UsageError(`fit: expected a file of recorded requests, but ${noFile(given.trace, files)}`);
  const { write: scenario, markdown } = given;
  const split = given.by === undefined ? (given['endpoint-column'] === undefined ? undefined : 'endpoint-column') : 'by';
  if (scenario !== undefined && split !== undefined)
    throw new UsageError(
      `--write: a scenario holds the load of all rows together, and --${split} splits it: leave --${split} out, or write one part with --where ${shellWord(`${given[split]}=VALUE`)}`,
    );
  if (scenario !== undefined && !/\.ya?ml$/i.test(scenario))
    throw new UsageError(`--write: expected the path of a scenario file such as scenarios/mine.yaml, got ${JSON.stringify(scenario)}`);
  if (scenario !== undefined && given['service-column'] === undefined && given.service === undefined)
    throw new UsageError('--write: a scenario needs service times: add --service-column NAME, or --service 12s for all requests');
  if (given.service !== undefined && given['service-column'] !== undefined)
    throw new UsageError('expected --service or --service-column, got both: service times come from the column, or are all the same; leave one of them out');
  for (const [option, path] of [
    ['--write', scenario],
    ['--markdown', markdown],
  ] as const) {
    if (path === undefined) continue;
    if (files.isDirectory(path)) throw new UsageError(`${option}: expected a file, but ${JSON.stringify(path)} is a folder`);
    if (files.isFile(path) && !given.force)
      throw new UsageError(`${option}: ${JSON.stringify(path)} is there already; choose another path, or replace it with --force`);
  }
}
