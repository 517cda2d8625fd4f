import { INVARIANT_IDS, type InvariantId } from '../../measure/invariants/registry.js';
import type { Detection } from '../../zoo/detection.js';

/** What one checker said about one entry. */
export interface MatrixCell {
  readonly id: InvariantId;
  /** Share of the seeds with a victim in which it spoke of a violation; undefined: none had a victim. */
  readonly share: number | undefined;
  readonly isDecisive: boolean;
}

export function cellsOf({ entry, fired, victims }: Detection): MatrixCell[] {
  return INVARIANT_IDS.map((id) => ({ id, share: victims === 0 ? undefined : fired[id] / victims, isDecisive: id === entry.decisive }));
}

/** Never rounded to all or to none: `>99`, `<1`. */
export function percentText(share: number | undefined): string {
  if (share === undefined) return '?';
  if (share === 0 || share === 1) return String(share * 100);
  if (share > 0.99) return '>99';
  return share < 0.01 ? '<1' : String(Math.round(share * 100));
}

/** The command that shows one seed of a variant again. */
export function rerunCommand(file: string, seed: number): string {
  const path = /^[A-Za-z0-9_./=:@%+,-]+$/.test(file) ? file : `'${file.replaceAll("'", "'\\''")}'`;
  return `npx slotstorm run ${path} --seed ${seed}`;
}
