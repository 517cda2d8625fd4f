import { z } from 'zod';

/** What must be the same on both sides for the figures to be the same. Somebody else may have written it, and it is shown to people. */
export const BUILD = z.object({
  version: z.string().regex(/^[\w.+-]{1,40}$/),
  randomScheme: z.int().min(0).max(1_000_000),
  /** The beginning of the SHA-256 of all code that computes figures: two builds may call themselves by the same version. */
  code: z.string().regex(/^[0-9a-f]{12}$/),
});

export type Build = Readonly<z.infer<typeof BUILD>>;

export function isSameBuild(one: Build, other: Build): boolean {
  return one.version === other.version && one.randomScheme === other.randomScheme && one.code === other.code;
}

export function buildText({ version, randomScheme, code }: Build): string {
  return `slotstorm ${version} (random scheme ${randomScheme}, code ${code})`;
}

/** What to do about a worker of another build. */
export function adviceFor(plan: Build, worker: Build): string {
  const order = plan.version.localeCompare(worker.version, 'en', { numeric: true }) || plan.randomScheme - worker.randomScheme;
  if (order !== 0) return `update slotstorm where the ${order < 0 ? 'plan' : 'worker'} runs`;
  return 'install the same package on both sides, or build both from the same sources (npm run build)';
}
