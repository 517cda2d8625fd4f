import type { CheckPath } from './measure/gate/gate-plan.js';
import type { CheckPlace } from './measure/gate/gate-result.js';
import type { ScenarioPath } from './scenario/problems.js';
import type { ScenarioSource } from './scenario/source.js';
import { valueAt } from './scenario/value-at.js';

/** A check is known by its part of `expect` and its name there: `['thresholds', 'queue_latency']`. */
const NAME_DEPTH = 2;

/** Finds the lines of a scenario file on which its checks stand. */
export class CheckPlaces {
  constructor(private readonly source: ScenarioSource) {}

  /** @param data the scenario as it is run, after all settings */
  readonly ofStory = (checks: readonly CheckPath[], data: unknown): CheckPlace[] => checks.flatMap((check) => this.placeOf(check, data, ['expect']));

  /** What a variant says itself stands with the variant, all else with the story. */
  ofVariant(index: number): (checks: readonly CheckPath[], data: unknown) => CheckPlace[] {
    const own: ScenarioPath = ['variants', index, 'expect'];
    return (checks, data) =>
      checks.flatMap((check) => {
        const isOwn = valueAt(this.source.data, [...own, ...check.path.slice(0, NAME_DEPTH)]) !== undefined;
        return this.placeOf(check, data, isOwn ? own : ['expect']);
      });
  }

  private placeOf({ kind, scope, expression, path }: CheckPath, data: unknown, at: ScenarioPath): CheckPlace[] {
    const name = path.slice(0, NAME_DEPTH);
    // What --set has put there stands in no line.
    if (!isSame(valueAt(this.source.data, [...at, ...name]), valueAt(data, ['expect', ...name]))) return [];
    const { line, column } = this.source.locate({ path: [...at, ...path], aboutName: false, message: '' });
    return line === undefined ? [] : [{ kind, scope, expression, line, column: column ?? 1 }];
  }
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
