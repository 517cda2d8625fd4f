import type { Detection, Remark } from '../../zoo/detection.js';
import type { DetectionMatrix } from '../../zoo/detection-matrix.js';
import { plural } from '../format.js';

/** What came out, in one sentence. */
export function matrixSentence({ rows, seeds }: DetectionMatrix): string {
  const open = rows.filter((row) => row.verdict !== 'pass');
  const over = `over ${plural(seeds.length, 'seed')}`;
  if (rows.length === 0) return 'There was nothing to look at.';
  if (open.length === 0)
    return `${plural(rows.length, 'entry', 'entries')} ${over}: each fault was detected by its decisive checker wherever it found a victim, and every cured platform was clean.`;
  return `${open.length} of ${plural(rows.length, 'entry', 'entries')} ${over} did not come out as expected: ${open.map((row) => row.entry.name).join(', ')}.`;
}

/** What was wrong with an entry, kind by kind; nothing where all was well. */
export function complaintsOn(row: Detection): { readonly text: string; readonly seed: number }[] {
  const complaints: { text: string; seed: number }[] = [];
  if (row.victims === 0) complaints.push({ text: `the fault found no victim in ${plural(row.seeds, 'seed')}`, seed: 1 });
  const add = (what: string, remarks: readonly Remark[]): void => {
    const [first] = remarks;
    if (first === undefined) return;
    const seeds = new Set(remarks.map((remark) => remark.seed)).size;
    complaints.push({ text: `${what} in ${plural(seeds, 'seed')}, such as ${first.seed}: ${first.what}`, seed: first.seed });
  };
  add('missed', row.missed);
  add('cured is not clean', row.alarms);
  add('broken is not as expected', row.unlike);
  return complaints;
}
