import { z } from 'zod';
import type { QuarantineEntry } from '../measure/gate/quarantine.js';
import { ScenarioError } from '../scenario/problems.js';
import { strict, text } from '../scenario/schema/words.js';
import { parseSource } from '../scenario/source.js';
import { shapeProblems } from '../scenario/validate.js';

const EXAMPLE = '{ scenario: burst, check: "queue_latency p(95) < 5s", owner: team-queue, reason: slow start, until: 2027-01-15 }';
const DAY = 'a day such as 2027-01-15';

const entry = strict(
  {
    scenario: text('the name of a scenario'),
    variant: text('the name of a variant').optional(),
    check: text('a check as the report names it such as "L-REL" or "queue_latency p(95) < 5s"'),
    owner: text('who sees to it'),
    reason: text('why it fails'),
    until: z.string({ error: `expected ${DAY}` }).refine(isDay, { error: `expected ${DAY}` }),
    issue: z.union([z.string(), z.number()], { error: 'expected the number or address of an issue' }).optional(),
  },
  `an entry such as ${EXAMPLE}`,
);

const quarantine = z.array(entry, { error: `expected a list of entries such as ${EXAMPLE}` });

/**
 * Checks that are known to fail.
 * @param file as the user named it
 * @throws ScenarioError with every mistake and where it stands
 */
export function readQuarantine(content: string, file: string): QuarantineEntry[] {
  if (content.replace(/^\s*#.*$/gm, '').trim() === '') return [];
  const source = parseSource(file, content);
  const read = quarantine.safeParse(source.data, { reportInput: true });
  if (!read.success) throw new ScenarioError(shapeProblems(read.error, source.data).map((problem) => source.locate(problem)));
  const problems = read.data.flatMap((one, at) => {
    const first = read.data.findIndex((other) => sameCheck(one, other));
    return first === at ? [] : [{ path: [at, 'check'], aboutName: false, message: `expected every check once, but entry ${first + 1} is about the same one` }];
  });
  if (problems.length > 0) throw new ScenarioError(problems.map((problem) => source.locate(problem)));
  return read.data.map(({ variant, issue, ...rest }) => ({ ...rest, variant, issue: issue === undefined ? undefined : String(issue) }));
}

type Entry = z.output<typeof entry>;

function sameCheck(one: Entry, other: Entry): boolean {
  return one.scenario === other.scenario && one.variant === other.variant && one.check === other.check;
}

/** 30 February is none. */
function isDay(value: string): boolean {
  if (!/^\d{4}-\d\d-\d\d$/.test(value)) return false;
  const date = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}
