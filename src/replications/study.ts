import type { PreparedVariant } from '../prepare.js';

/** Seeds of one variant: those at `from` up to, not including, `to` in the study's list of seeds. */
export interface SeedRange {
  readonly variant: number;
  readonly from: number;
  readonly to: number;
}

/** Every seed of every variant of a scenario. Runs are numbered variant by variant, seed by seed. */
export class Study {
  constructor(
    readonly variants: readonly PreparedVariant[],
    readonly seeds: readonly number[],
  ) {}

  /** How many runs there are. */
  get size(): number {
    return this.variants.length * this.seeds.length;
  }

  variantAt(number: number): PreparedVariant {
    return this.variants[number] as PreparedVariant;
  }

  /** The run's place among all runs, from 0. */
  placeOf(variant: number, seedIndex: number): number {
    return variant * this.seeds.length + seedIndex;
  }
}
