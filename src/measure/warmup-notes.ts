import { formatDurationUs } from '../core/units.js';
import type { VariantInfo } from './result.js';

type WarmupFacts = Pick<VariantInfo, 'name' | 'marks' | 'warmupUs' | 'warmupRule' | 'warmupFound'>;

/**
 * What a reader must know of the warm-up of a variant before trusting its metrics.
 * @param loadEndUs where the load of the shortest run ended
 */
export function warmupNotes({ name, marks, warmupUs = 0, warmupRule = 'none', warmupFound = true }: WarmupFacts, loadEndUs: number): string[] {
  const where = name === undefined ? '' : `${name}: `;
  const notes: string[] = [];
  if (!warmupFound) {
    notes.push(
      `${where}no warm-up was found, so none was left out and the metrics hold whatever the start did to them. Make the load longer, or give a fixed warmup. (${warmupRule})`,
    );
  }
  if (warmupUs > 0 && warmupUs >= loadEndUs) {
    notes.push(
      `${where}the warm-up of ${formatDurationUs(warmupUs)} leaves nothing of the load (${formatDurationUs(loadEndUs)}): metrics hold the recovery only.`,
    );
  }
  const early = marks.filter((mark) => mark.atUs < warmupUs).length;
  if (early > 0)
    notes.push(`${where}${early === 1 ? 'a step lies' : `${early} steps lie`} within the warm-up: metrics leave out what happened then, invariants do not.`);
  return notes;
}
