import { US_PER_DAY, US_PER_MS } from '../core/time.js';
import { formatDurationUs } from '../core/units.js';
import type { FitResult, FittedArrivals } from '../measure/capacity/fit-result.js';
import { fromLineText, hasLostMany } from '../measure/capacity/recorded-rows.js';
import { CHECK_RULE } from './check-load.js';
import { flowYaml, wordYaml } from './flow-yaml.js';
import { ARRIVAL_RULE } from './judge-arrivals.js';
import { SERVICE_RULE } from './service-laws.js';
import { roundedUs, writtenDuration } from './written-numbers.js';

/** What the scenario file says besides the fit. */
export interface ScenarioTerms {
  readonly name: string;
  /** From the scenario's folder to that of `scenario.schema.json`, and to the trace. */
  readonly schemaPath: string;
  readonly tracePath: string;
  /** How the trace is replayed: all of its arrivals but `trace`. */
  readonly replay: Readonly<Record<string, unknown>>;
  /** ms; stands in where the trace has no service times. */
  readonly serviceMs: number | undefined;
  /** Most slots that the trace would have had in use without any limit. */
  readonly peakInFlight: number;
  /** How the fit is made again. */
  readonly command: string;
}

/**
 * A scenario file of a fit, with what it rests on in comments: the fitted load, and how to replay the trace itself. The same
 * bytes for the same trace.
 */
export function scenarioText(fit: FitResult, terms: ScenarioTerms): string {
  const limit = enoughFor(fit, terms);
  const arrivals = fit.arrivalModels[fit.chosen.arrivals] as FittedArrivals;
  const law = fit.chosen.service === undefined ? undefined : fit.serviceLaws[fit.chosen.service];
  const service = law?.spec ?? writtenDuration(roundedUs((terms.serviceMs ?? 0) * US_PER_MS));
  return `${[
    `# yaml-language-server: $schema=${oneLine(terms.schemaPath)}`,
    '#',
    ...comment(headLines(fit, terms)),
    '#',
    ...comment(checkLines(fit)),
    ...comment(arrivalLines(fit)),
    '#',
    ...comment(serviceLines(fit, terms)),
    ...fit.notes.flatMap((note) => ['#', ...comment([note])]),
    `name: ${wordYaml(terms.name)}`,
    `description: ${flowYaml(`Load fitted to ${fit.used} recorded requests: ${arrivals.text}; service ${law?.text ?? String(service)}.`)}`,
    'platform:',
    '  policy: fal-documented',
    '  accounts:',
    ...comment(
      [
        `At most ${terms.peakInFlight} requests of the trace are in progress at once. Ask slotstorm plan with --slo 'p(95)<2s' for the smallest limit that will do.`,
      ],
      '    ',
    ),
    `    - { id: app, limit: ${limit} }`,
    `  endpoints: [${flowYaml({ id: 'model', service })}]`,
    'workload:',
    '  - as: app/key',
    '    endpoint: model',
    '    call: submit',
    ...specLines(arrivals.spec),
    ...replayLines(terms),
    `recovery: ${writtenDuration(recoveryUs(fit, terms))}`,
    'expect:',
    '  thresholds:',
    '    lost_requests: ["count == 0"]',
    '    leaked_slots: ["value == 0"]',
    `    slots_in_use: ["max <= ${limit}"]`,
  ].join('\n')}\n`;
}

/** What the trace had in progress, and well above what the load keeps in use on average. */
function enoughFor(fit: FitResult, { peakInFlight, serviceMs = 0 }: ScenarioTerms): number {
  const offered = (fit.ratePerSecond * (fit.service?.meanMs ?? serviceMs)) / 1000;
  return Math.max(1, peakInFlight, Math.ceil(1.5 * offered) + 2);
}

function headLines(fit: FitResult, { command }: ScenarioTerms): string[] {
  const span = formatDurationUs(Math.round(fit.spanMs * US_PER_MS));
  const skipped = fit.skipped.map(({ reason, count, firstLine }) => `${count} left out${fromLineText(firstLine)} (${reason})`);
  return [
    `Fitted to a trace: ${fit.used} of ${fit.rows} rows in ${span}${skipped.length === 0 ? '' : `; ${skipped.join('; ')}`}.`,
    ...(hasLostMany(fit) ? ['WARNING: many rows could not be used. Where they were requests, limits come out too small.'] : []),
    `Made again by: ${command}`,
  ];
}

/** What a limit hangs on, before anything else. */
function checkLines(fit: FitResult): string[] {
  const { checks = [], planCommand = 'slotstorm plan --trace' } = fit;
  const near = 'within about a quarter of the trace, or no further off than chance.';
  const head = {
    alike: [`This load may be planned with: what decides a limit is ${near}`],
    arrivalsAlike: [`This load may be planned with, its arrivals only, for the trace has no service times: how they come together is ${near}`],
    unlike: ['DO NOT PLAN WITH THIS LOAD: limits would come out wrong. Plan with the trace itself:', `  ${planCommand}`],
    tooFewRows: ['TOO FEW ROWS TO TELL whether this load may be planned with. Plan with the trace itself:', `  ${planCommand}`, ''],
    notChecked: [],
  }[fit.verdict];
  if (checks.length === 0) return head;
  const lines = checks.map(
    ({ what, trace, low, high, verdict }) =>
      `  ${what}: ${digits(trace)}, of this load ${digits(low)} to ${digits(high)}${verdict === 'alike' ? '' : `: this load is ${verdict}`}`,
  );
  return [...head, ...lines, ...sentences(CHECK_RULE), ''];
}

/** Many stages have a line for each piece: the jump to its rate, and how long it stays. */
function specLines(spec: unknown): string[] {
  const { stages, ...others } = spec as { readonly stages?: readonly unknown[] };
  if (stages === undefined) return [`    arrivals: ${flowYaml(spec)}`];
  const pieces: string[] = [];
  for (let n = 0; n < stages.length; n += 2)
    pieces.push(
      stages
        .slice(n, n + 2)
        .map(flowYaml)
        .join(', '),
    );
  return [
    '    arrivals:',
    ...Object.entries(others).map(([name, value]) => `      ${wordYaml(name)}: ${flowYaml(value)}`),
    `      stages: [`,
    ...pieces.map((piece, n) => `        ${piece}${n === pieces.length - 1 ? ']' : ','}`),
  ];
}

function arrivalLines(fit: FitResult): string[] {
  const { arrivalModels, chosen, ratePerSecond, gapScv } = fit;
  const model = arrivalModels[chosen.arrivals] as FittedArrivals;
  const measures = model.fit.map((measure) => `  ${measure.what}: ${digits(measure.trace)}, of the model ${digits(measure.model)}`);
  const others = arrivalModels.filter((one) => one !== model).map(({ text }) => text);
  return [
    `Arrivals: ${model.text}. The trace: ${digits(ratePerSecond)}/s on average, squared variation of gaps ${digits(gapScv)} (Poisson: 1).`,
    ...measures,
    ...(others.length === 0 ? [] : [`Not taken: ${others.join('; ')}.`, ...sentences(ARRIVAL_RULE)]),
  ];
}

function serviceLines({ service, serviceLaws, chosen }: FitResult, { serviceMs }: ScenarioTerms): string[] {
  if (service === undefined || chosen.service === undefined) return [`Service: ${duration(serviceMs ?? 0)} for all, for the trace has none.`];
  const law = serviceLaws[chosen.service];
  const head = `Service: ${law?.text}. The trace: mean ${duration(service.meanMs)}, p50 ${duration(service.p50Ms)}, p95 ${duration(service.p95Ms)}, p99 ${duration(service.p99Ms)}, longest ${duration(service.maxMs)}.`;
  const laws = serviceLaws.map(({ law: name, distance }) => `  ${name}: at most ${digits(distance)} away from the sample's distribution function`);
  return [head, ...laws, ...sentences(SERVICE_RULE)];
}

/** A comment that becomes part of the file by deleting one character a line. */
function replayLines({ tracePath, replay }: ScenarioTerms): string[] {
  return [
    '    # The trace itself instead of the model: delete the arrivals above, and the # before the next line.',
    `    #arrivals: ${flowYaml({ trace: tracePath, ...replay })}`,
  ];
}

/** Until the last work has ended, and whoever sleeps has asked again. */
function recoveryUs(fit: FitResult, { serviceMs = 0 }: ScenarioTerms): number {
  const longestUs = (fit.service?.maxMs ?? serviceMs) * US_PER_MS;
  return Math.min(US_PER_DAY, Math.ceil((10 * 60_000 * US_PER_MS + 3 * longestUs) / 60_000_000) * 60_000_000);
}

function sentences(text: string): string[] {
  return text.split(/(?<=\.) /);
}

function comment(lines: readonly string[], indent = ''): string[] {
  return lines.map((line) => `${indent}# ${oneLine(line)}`);
}

/** Nothing that stands in a trace can end a comment. */
function oneLine(text: string): string {
  return text.replace(/\p{Cc}|\p{Bidi_Control}|[\u2028\u2029\uFEFF\uFFFE\uFFFF]|\p{Surrogate}/gu, ' ');
}

function duration(ms: number): string {
  return formatDurationUs(Math.round(ms * US_PER_MS));
}

function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}
