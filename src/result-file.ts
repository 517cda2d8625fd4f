import { createHash } from 'node:crypto';
import { RANDOM_SCHEME } from './core/random.js';
import { applyGate } from './measure/gate/apply-gate.js';
import type { AgreementLine } from './measure/live-result.js';
import { type Mark, RESULT_SCHEMA_VERSION, type ResultFile, type ResultMeta, type RunResult, type ScenarioParts, type VariantInfo } from './measure/result.js';
import { acrossSeeds } from './measure/seed-statistics.js';
import { NO_WARMUP } from './measure/warmup.js';
import { warmupNotes } from './measure/warmup-notes.js';
import type { PreparedScenario, PreparedVariant } from './prepare.js';
import { compactJson, fileText } from './report/result-text.js';
import { describePolicy } from './scenario/describe-policy.js';
import { describeStep } from './scenario/describe-step.js';
import { meanOfLawUs } from './scenario/durations.js';
import type { Scenario } from './scenario/types.js';
import { limiterWords, replayCommand, settingWords, shellWord } from './shell-commands.js';
import { VERSION } from './version.js';

/** Puts the runs of a scenario together into what `result.json` holds. Neither the order of the runs nor who ran them matters. */
export function assembleResult(
  prepared: PreparedScenario,
  seeds: readonly number[],
  unordered: readonly RunResult[],
  meta: ResultMeta,
  agreement?: readonly AgreementLine[],
): ResultFile {
  const byVariant = prepared.variants.map(({ name }) => runsOf(unordered, name, seeds));
  const runs = byVariant.flat();
  const variants = prepared.variants.map((variant, at) => ({
    ...infoOf(variant, byVariant[at] as RunResult[]),
    replay: replayCommand(prepared, variant.name),
  }));
  const result: ResultFile = {
    schemaVersion: RESULT_SCHEMA_VERSION,
    tool: { name: 'slotstorm', version: VERSION },
    randomScheme: RANDOM_SCHEME,
    scenario: {
      name: prepared.name,
      description: prepared.description,
      file: prepared.file,
      sha256: createHash('sha256')
        .update(compactJson(prepared.variants.map(({ name, scenario }) => ({ name, scenario }))))
        .digest('hex'),
      rerun: rerunCommand(prepared, seeds),
      notes: [
        ...notesOn(prepared),
        ...variants.flatMap((info, at) => warmupNotes(info, Math.min(...(byVariant[at] as RunResult[]).map((run) => run.loadEndUs)))),
      ],
      parts: partsOf(prepared.variants),
    },
    seeds,
    verdict: 'pass',
    exitCode: 0,
    variants,
    runs,
    ...(agreement === undefined ? {} : { agreement }),
    meta,
  };
  // Whoever has a baseline or a quarantine applies it again with them.
  return applyGate(result, { baseline: undefined, quarantine: [], today: '' });
}

/** What happens to the platform, what it is, its policy and what is expected: each by itself. */
function partsOf(variants: readonly PreparedVariant[]): ScenarioParts {
  const endpointsOf = ({ platform }: Scenario) =>
    platform.endpoints.map(({ service, failureProbability, ...own }) => ({ own, work: { service, failureProbability } }));
  return {
    load: hashOf(variants, (scenario) => {
      const { workload, steps, faults, recoveryUs, warmup } = scenario;
      return { workload, steps, faults, recoveryUs, warmup, work: endpointsOf(scenario).map(({ work }) => work) };
    }),
    platform: hashOf(variants, (scenario) => {
      const { policy: _, endpoints: __, ...rest } = scenario.platform;
      return { ...rest, endpoints: endpointsOf(scenario).map(({ own }) => own) };
    }),
    policy: hashOf(variants, ({ platform }) => platform.policy),
    expectations: hashOf(variants, ({ expect }) => expect),
  };
}

/** A part that all variants share counts once, so that it is the same for a run of some of them. What differs belongs to its variant. */
function hashOf(variants: readonly PreparedVariant[], part: (scenario: Scenario) => unknown): string {
  const parts = variants.map(({ name = '', scenario }) => [name, compactJson(part(scenario))] as const);
  const distinct = [...new Set(parts.map(([, text]) => text))];
  return createHash('sha256')
    .update(compactJson(distinct.length === 1 ? distinct : parts))
    .digest('hex')
    .slice(0, 16);
}

/** The runs of a variant in the order of the seeds. */
function runsOf(runs: readonly RunResult[], variant: string | undefined, seeds: readonly number[]): RunResult[] {
  const place = new Map(seeds.map((seed, at) => [seed, at]));
  return runs.filter((run) => run.variant === variant).toSorted((a, b) => (place.get(a.seed) ?? 0) - (place.get(b.seed) ?? 0));
}

/** `result.json` as text. The same result gives the same bytes; only `meta` differs between two runs. */
export const resultJson = fileText;

/** The command that runs these seeds of it again. */
export function rerunCommand(prepared: PreparedScenario, seeds: readonly number[]): string {
  const parts = ['npx slotstorm run', shellWord(prepared.file), `--seed ${seeds[0] ?? 1}`];
  if (seeds.length > 1) parts.push(`--seeds ${seeds.length}`);
  return [...parts, ...limiterWords(prepared), ...settingWords(prepared), ...(prepared.otherWords ?? [])].join(' ');
}

function notesOn(prepared: PreparedScenario): string[] {
  const scenarios = prepared.variants.map((variant) => variant.scenario);
  const notes: string[] = [];
  if (prepared.limiter !== undefined) notes.push(`Slots were decided on by the limiter of ${prepared.limiter.file}, not by the policy.`);
  const usesMoney = scenarios.some(
    ({ platform, steps }) => steps.some((step) => step.do === 'invoice-paid') || platform.accounts.some((account) => account.invoices.length > 0),
  );
  if (usesMoney && scenarios.some(({ platform }) => platform.tiersAreIllustrative)) {
    notes.push('The tiers (paid amounts and limits) are illustrative: fal documents only the ends, 2 and 40. Set platform.tiers to your own.');
  }
  if (scenarios.some(({ platform }) => platform.policy.waiting === 'backoff')) {
    notes.push('The curve of the server-side requeue backoff is assumed: fal documents that it is exponential and has no cap on attempts, not its delays.');
  }
  if (scenarios.some(({ platform }) => platform.policy.preset === 'fal-939')) {
    notes.push(
      'How fal issue 939 happened inside is not known; fal-939 models what was reported: requests stay IN_PROGRESS after their key is revoked and keep their slots.',
    );
  }
  if (scenarios.some(({ faults }) => faults !== undefined))
    notes.push('Random faults are drawn from each seed anew; the marks show only the steps that the scenario itself holds.');
  if (scenarios.some(({ platform }) => platform.policy.preset === 'nexaapi-claims'))
    notes.push('nexaapi-claims models what an advertisement claims; nothing of it was observed.');
  return notes;
}

function infoOf({ name, description, scenario, plan, places, warmup = NO_WARMUP }: PreparedVariant, runs: readonly RunResult[]): VariantInfo {
  const { policy, endpoints } = scenario.platform;
  return {
    name,
    description,
    policy: policy.preset,
    switches: describePolicy(policy),
    marks: marksOf(scenario),
    prices: endpoints.map((endpoint) => ({ endpoint: endpoint.id, usd: endpoint.priceUsd, source: endpoint.priceSource })),
    meanServiceUs: meanServiceUs(scenario),
    warmupUs: warmup.us,
    warmupRule: warmup.rule,
    warmupFound: warmup.isSteady,
    acrossSeeds: runs.length > 1 ? acrossSeeds(runs) : undefined,
    ...(places === undefined ? {} : { places }),
    ...(plan.gate === undefined ? {} : { gate: plan.gate }),
  };
}

function meanServiceUs({ platform: { endpoints } }: Scenario): number | undefined {
  const means = endpoints.map((endpoint) => meanOfLawUs(endpoint.service));
  return means.reduce((sum, mean) => (sum === undefined || mean === undefined ? undefined : sum + mean / means.length), 0 as number | undefined);
}

function marksOf(scenario: Scenario): Mark[] {
  const until = (step: Scenario['steps'][number]): number | undefined => ('forUs' in step ? step.atUs + step.forUs : undefined);
  return scenario.steps.map((step, index) => ({ number: index + 1, atUs: step.atUs, label: describeStep(step), toUs: until(step) }));
}
