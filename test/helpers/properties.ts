import fc from 'fast-check';

/** Fixed, so that a run can be repeated; `FC_SEED=… npx vitest run` tries other cases. fast-check prints it on failure. */
const SEED = Number(process.env['FC_SEED'] ?? 20_260_301);

/** Holds a property against `runs` random cases. */
export function holds<T>(property: fc.IProperty<T>, runs: number): void {
  fc.assert(property, { seed: SEED, numRuns: runs });
}
