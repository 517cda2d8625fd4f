import type { DetectionMatrix } from './zoo/detection-matrix.js';
import type { Drill } from './zoo/drill.js';
import type { MutantHunts } from './zoo/mutant-hunts.js';
import { drillSection, entrySection, matrixSection, mutantSection, sh } from './zoo-page.js';

/** Where the figures lie that take too long to be measured whenever the page is printed. */
export const MEASURED = { drills: 'bench/false-alarms.json', mutants: 'bench/mutants.json' } as const;

/** How many seeds the page speaks of. */
export const ZOO_SEEDS = 50;

/** What the files of `MEASURED` hold; undefined: there is no such file yet. */
export interface Measured {
  readonly drills: readonly Drill[] | undefined;
  readonly mutants: MutantHunts | undefined;
}

const PRINTED = '<!-- Printed from scenarios/zoo by `npm run docs`; edit the files there. -->';

const OWN_ENTRY = `## An entry of your own

A scenario with exactly the variants \`broken\` and \`cured\`, and a \`zoo\` block. Run it with \`npx slotstorm zoo my-entry.yaml\` (or a folder of them):

\`\`\`yaml
zoo:
  class: F2                       # see the table above: F1a to F16d
  decisive: S-ORPH                # the law that must break wherever the fault found a victim
  lesson: what cures it, and why
  incidents:                      # optional
    - { product: Some queue, refs: [owner/repository#12], what: what was seen there }
expect:
  exercised: { completions_lost: ">= 1" }   # what makes a seed one with a victim
variants:
  - name: broken
    set: { platform.policy.resendEvery: none }
    expect: { invariants: { S-ORPH: violated } }
  - name: cured
\`\`\`

It passes when the decisive law breaks on \`broken\` in every seed with a victim, and \`cured\` is clean in all.`;

/** The text of docs/zoo.md. @param matrix of all shipped entries over `ZOO_SEEDS` seeds */
export function zooDocument(matrix: DetectionMatrix, { drills, mutants }: Measured): string {
  const parts = [
    PRINTED,
    '# The zoo',
    `Every known way to leak a slot, or to give out too many, as a scenario with two platforms that differ in one respect: ${matrix.rows.length} entries in \`scenarios/zoo\`, in classes that follow what users of queues have reported. What the switches mean is in [policies](policies.md), what the checkers hold in [invariants](invariants.md).`,
    sh('npx slotstorm zoo\nnpx slotstorm zoo key-revoked --seeds 200\nnpx slotstorm run scenarios/zoo/key-revoked.yaml'),
    matrixSection(matrix),
    ...(drills === undefined ? [] : [drillSection(drills)]),
    ...(mutants === undefined ? [] : [mutantSection(mutants)]),
    OWN_ENTRY,
    '## Entries',
    ...matrix.rows.map((row) => entrySection(row)),
  ];
  return `${parts.join('\n\n')}\n`;
}
