import { INVARIANT_IDS } from './measure/invariants/registry.js';
import { table } from './page-parts.js';
import { percentText } from './report/zoo/matrix-cells.js';
import type { Detection } from './zoo/detection.js';
import type { DetectionMatrix } from './zoo/detection-matrix.js';
import type { Drill } from './zoo/drill.js';
import type { Figure, ZooEntry } from './zoo/entry.js';
import type { MutantHunts } from './zoo/mutant-hunts.js';

/** What docs/zoo.md is made of: each section with the command that measures it again. */

export function matrixSection({ rows, seeds }: DetectionMatrix): string {
  const alarms = rows.flatMap((row) => row.alarms);
  const cured = alarms.length === 0 ? 'Every cured platform was clean in every seed.' : `On cured platforms a checker spoke ${alarms.length} times.`;
  const head = ['entry', 'class', 'victims', ...INVARIANT_IDS];
  const cells = rows.map((row) => {
    const { entry, victims, fired } = row;
    const shares = INVARIANT_IDS.map((id) => {
      const share = victims === 0 ? undefined : fired[id] / victims;
      const text = share === 0 ? '·' : percentText(share);
      return id === entry.decisive ? `**${text}**` : text;
    });
    return [`[${entry.name}](#${entry.name})`, entry.faultClass, `${victims}/${row.seeds}`, ...shares];
  });
  return [
    '## Detection matrix',
    `In how many percent of the seeds in which the fault found a victim (of ${seeds.length}) each checker spoke of a violation on the broken platform. Bold: the decisive checker. ${cured}`,
    sh(`npx slotstorm zoo --seeds ${seeds.length}`),
    table(head, cells),
  ].join('\n\n');
}

export function drillSection(drills: readonly Drill[]): string {
  const rows = drills.map(({ name, description, variants, runs, alarms, examined }) => [
    `\`${name}\``,
    description,
    variants.join(', '),
    count(runs),
    String(alarms.length),
    count(Object.values(examined).reduce((sum, of) => sum + of, 0)),
  ]);
  return [
    '## False alarms',
    'Platforms that work, under ordinary load and under legal stress: revocation with drain and with cancel, limits down and up, cancels, deadlines, long streams, a lost and a slow runner, releases as slow as they may be. An alarm is a checker that speaks, or that cannot decide.',
    sh('node scripts/false-alarms.mjs'),
    table(['drill', 'what it is', 'platforms', 'runs', 'alarms', 'things examined'], rows),
  ].join('\n\n');
}

export function mutantSection({ measuredWith, mostRuns, searches, mutants }: MutantHunts): string {
  const masked = mutants.filter(({ maskedBy }) => maskedBy !== undefined);
  const rows = mutants.map(({ name, without, found, medianRuns, brokenInvariant, requests, steps }) => [
    `\`${name}\`${without === undefined ? '' : ` (with \`${without}\`)`}`,
    `${found}/${searches}`,
    found === 0 ? `over ${count(mostRuns)}` : count(medianRuns),
    brokenInvariant ?? '–',
    String(requests ?? '–'),
    String(steps ?? '–'),
  ]);
  return [
    '## Planted mutants',
    `The reference policy with one switch on its broken value, searched for by \`slotstorm fuzz\` with all faults: ${searches} searches of at most ${count(mostRuns)} runs each, from different first seeds. What the first one found was shrunk to the story whose size is shown.`,
    sh(`npm run build\n${measuredWith}`),
    table(['mutant', 'found', 'runs to find it (median)', 'invariant', 'requests', 'steps'], rows),
    ...masked.map(({ name, maskedBy }) => `\`${name}\` alone shows nothing: ${maskedBy}.`),
  ].join('\n\n');
}

export function entrySection({ entry, victims, seeds }: Detection): string {
  const { name, faultClass, mechanism, description, lesson, incidents, differences } = entry;
  const seen = incidents.map(({ product, refs, what }) => `- ${product} (${refs.join(', ')}): ${what}`);
  return [
    `### ${name}`,
    `**${faultClass}**, ${mechanism}. ${description}`,
    `The cure: ${lesson}`,
    seen.length === 0 ? 'No public report is known.' : seen.join('\n'),
    table(
      ['switch', 'broken', 'cured'],
      differences.map(({ path, broken, cured }) => [code(path.replace(/^platform\.policy\./, '')), code(broken), code(cured)]),
    ),
    table(['', ''], factsOf(entry, victims, seeds)),
    sh(`npx slotstorm run ${entry.file}`),
  ].join('\n\n');
}

function factsOf({ decisive, victims: counters, figures, curedFigures }: ZooEntry, victims: number, seeds: number): string[][] {
  return [
    ['decisive checker', decisive],
    ['a victim is', `${figuresText(counters)}; found in ${victims} of ${seeds} seeds`],
    ['figures, broken', figuresText(figures)],
    ['figures, cured', figuresText(curedFigures)],
  ];
}

function figuresText(figures: readonly Figure[]): string {
  return figures.length === 0 ? '–' : figures.map(({ name, expression }) => code(`${name}: ${expression}`)).join(', ');
}

function code(text: string | undefined): string {
  return text === undefined ? '–' : `\`${text}\``;
}

export function sh(command: string): string {
  return `\`\`\`sh\n${command}\n\`\`\``;
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
