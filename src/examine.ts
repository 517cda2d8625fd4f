import { complaintsAboutTags } from './check-tags.js';
import { type ExpectationComplaint, type ExpectationPlan, type KnownSteps, type PlannedExpectations, planExpectations } from './measure/expectations.js';
import { Doubts } from './scenario/doubts.js';
import { mendShape, withoutMisspelled } from './scenario/mend-shape.js';
import type { Problem } from './scenario/problems.js';
import { resolveAllThatIsSound } from './scenario/resolve.js';
import type { ParsedScenario } from './scenario/schema.js';
import type { Scenario } from './scenario/types.js';
import { validateShape } from './scenario/validate.js';

/** What can be understood of a scenario: all of it when there are no problems. */
export interface Sound {
  /** As given, with something of the right shape in place of what has a wrong one. */
  readonly data: unknown;
  readonly parsed: ParsedScenario;
  readonly scenario: Scenario;
  readonly plan: ExpectationPlan;
  /** Where each check stands inside `expect`. */
  readonly paths: PlannedExpectations['paths'];
  /** Where it is wrong. */
  readonly doubts: Doubts;
}

export interface Examined {
  readonly problems: readonly Problem[];
  /** undefined: so little has the right shape that nothing else could be checked. */
  readonly sound: Sound | undefined;
}

/**
 * Checks a scenario's data: its shape, then names and what goes together, then expectations. What is wrong at one of these
 * hides nothing at the next that does not hang on it.
 * @param known what is wrong with it and told already
 */
export function examine(data: unknown, known: Doubts = new Doubts()): Examined {
  const shape = validateShape(data);
  const wrong = 'problems' in shape ? shape.problems : [];
  const problems: Problem[] = withoutMisspelled(wrong).filter(({ path }) => !known.touches(path));
  const mended = 'parsed' in shape ? { data, parsed: shape.parsed, doubts: undefined } : mendShape(data, shape.problems);
  if (mended === undefined) return { problems, sound: undefined };
  const { parsed } = mended;
  const doubts = new Doubts(mended.data, known);
  if (mended.doubts !== undefined) doubts.include(mended.doubts);
  const ofShape = new Doubts(mended.data, doubts);
  const { scenario, problems: unresolved } = resolveAllThatIsSound(parsed, doubts);
  const steps: KnownSteps = { scripted: scenario.steps, drawn: scenario.faults?.kinds ?? [] };
  // A step that does not fit together is still a step of its kind.
  const { plan, complaints, paths } = planExpectations(scenario.expect, areStepsKnown(parsed, ofShape) ? steps : undefined);
  const unexpected = told([...complaints, ...complaintsAboutTags(scenario.expect, scenario, doubts)], ofShape);
  for (const { path } of unexpected) doubts.add(path);
  problems.push(...unresolved, ...unexpected);
  return { problems, sound: { data: mended.data, parsed, scenario, plan, paths, doubts } };
}

/** What is wrong with expectations whose shape is sound. A name can be judged without its value; each of them is complained about once. */
function told(complaints: readonly ExpectationComplaint[], ofShape: Doubts): Problem[] {
  const seen = new Set<string>();
  return complaints.flatMap(({ path: inside, aboutName, complaint }): Problem[] => {
    const path = ['expect', ...inside];
    const key = JSON.stringify([aboutName, path]);
    if (seen.has(key) || (aboutName ? ofShape.covers(path) : ofShape.touches(path))) return [];
    seen.add(key);
    return [{ path, aboutName, message: complaint }];
  });
}

/** Whether `within 30s of revoke-key` can be held against the steps. */
function areStepsKnown({ steps = [] }: ParsedScenario, doubts: Doubts): boolean {
  return !doubts.touchesAny(['steps'], steps.length, ['do']) && !doubts.touches(['faults', 'kinds']);
}
