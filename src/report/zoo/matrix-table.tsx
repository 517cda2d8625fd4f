import { INVARIANT_IDS } from '../../measure/invariants/registry.js';
import type { Detection } from '../../zoo/detection.js';
import type { DetectionMatrix } from '../../zoo/detection-matrix.js';
import { Badge } from '../html/parts.js';
import { cellsOf, type MatrixCell, percentText } from './matrix-cells.js';

/** Entries down, checkers across. */
export function MatrixTable({ matrix }: { matrix: DetectionMatrix }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be in reach of the keyboard
    <section class="scroll" tabIndex={0} aria-label="Detection matrix">
      <table class="matrix">
        <caption>Percent of the seeds with a victim</caption>
        <thead>
          <tr>
            <th scope="col">Entry</th>
            <th scope="col">Class</th>
            <th scope="col">Victims</th>
            {INVARIANT_IDS.map((id) => (
              <th scope="col" class="checker">
                {id}
              </th>
            ))}
            <th scope="col">Cured</th>
          </tr>
        </thead>
        <tbody>
          {matrix.rows.map((row) => (
            <MatrixRow row={row} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function MatrixRow({ row }: { row: Detection }) {
  const { entry, victims, seeds, alarms } = row;
  return (
    <tr class={row.verdict === 'pass' ? undefined : row.verdict}>
      <th scope="row">
        <a href={`#${entry.name}`}>{entry.name}</a>
      </th>
      <td>{entry.faultClass}</td>
      <td class="number">
        {victims} of {seeds}
      </td>
      {cellsOf(row).map((cell) => (
        <Share cell={cell} />
      ))}
      <td>{alarms.length === 0 ? <Badge verdict="pass" /> : <Badge verdict="fail" />}</td>
    </tr>
  );
}

function Share({ cell: { id, share, isDecisive } }: { cell: MatrixCell }) {
  const look = ['share', strengthOf(share), ...(isDecisive ? ['decisive'] : []), ...(isDecisive && share !== 1 ? ['missed'] : [])];
  return (
    <td class={look.join(' ')} title={isDecisive ? `${id}, decisive` : id}>
      {share === 0 ? '·' : percentText(share)}
    </td>
  );
}

function strengthOf(share: number | undefined): string {
  if (share === undefined || share === 0) return 'none';
  if (share === 1) return 'all';
  return share >= 0.5 ? 'many' : 'few';
}
