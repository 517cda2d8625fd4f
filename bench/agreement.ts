import { countsOf, type Sample } from './sample.js';

/** Two programs that draw the same numbers in the same order must count the same, digit for digit. */
export function sameCounts(samples: ReadonlyMap<string, Sample>, one: string, other: string): string[] {
  const left = samples.get(one);
  const right = samples.get(other);
  if (left === undefined || right === undefined) return [];
  const [first, second] = [left, right].map((sample) => JSON.stringify({ ...countsOf(sample), engine: undefined }));
  return first === second ? [] : [`${one} counted ${first}, ${other} ${second}`];
}

/** Programs with chance of their own agree within what chance allows. @param within share of the expected value */
export function near(samples: ReadonlyMap<string, Sample>, what: string, figure: (sample: Sample) => number, expected: number, within: number): string[] {
  const complaints: string[] = [];
  for (const [name, sample] of samples) {
    const actual = figure(sample);
    if (Math.abs(actual - expected) > within * expected) {
      complaints.push(`${name}: ${what} is ${actual.toPrecision(4)}, expected ${expected.toPrecision(4)} within ${100 * within} %`);
    }
  }
  return complaints;
}
