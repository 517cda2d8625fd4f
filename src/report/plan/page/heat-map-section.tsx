import type { HeatMap, PlanResult } from '../../../measure/capacity/plan-result.js';
import { formatNumber } from '../../format.js';
import { Section } from '../../html/parts.js';
import { PLAN_CHART_TITLES } from '../charts/catalogue.js';
import { type HeatCell, heatRows, heatScale, heatText } from '../charts/heat-scale.js';
import { byTheHour, isRecorded, rateText } from './words.js';

/** Rate against limit, as a table that is its own chart. */
export function HeatMapSection({ plan }: { plan: PlanResult }) {
  const { heatMap, frontier, tiers, question } = plan;
  if (heatMap === undefined || heatMap.limits.length === 0) return null;
  const isHourly = byTheHour(heatMap.here.ratePerSecond);
  const rows = heatRows(heatMap, frontier?.sloMs);
  const tierLimits = new Set(tiers.tiers.map(({ limit }) => limit));
  return (
    <Section
      id="heat-map"
      title="Rate and limit"
      lead={`How long the slowest 5 % wait at least. The thick line parts the settings that meet ${question.slos.length === 1 ? 'the SLO' : 'every SLO'} from those that do not. More load is never easier, nor are fewer slots: whatever is harder than a setting that fails lies outside, and an undecided one (?) inside only where a harder one passes.`}
    >
      {/* biome-ignore lint/a11y/useSemanticElements lint/a11y/noNoninteractiveTabindex: what scrolls must be in reach of the keyboard */}
      <div class="scroll" role="group" tabIndex={0} aria-label={PLAN_CHART_TITLES['heat-map']}>
        <table class="heat">
          <caption>
            {isRecorded(plan) ? 'p95 wait of the recorded traffic, sped up and slowed down.' : 'p95 wait, mean over a few seeds.'} {hereText(heatMap, rows)}
          </caption>
          <thead>
            <tr>
              <th scope="col" class="number">
                Limit ╲ rate
              </th>
              {heatMap.ratesPerSecond.map((rate) => (
                <th scope="col" class="number">
                  {rateText(rate, isHourly)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr>
                <LimitHeading limit={row[0]?.limit ?? 0} isTier={tierLimits.has(row[0]?.limit ?? -1)} />
                {row.map((cell) => (
                  <Cell cell={cell} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Legend sloMs={frontier?.sloMs} rows={rows} />
    </Section>
  );
}

function LimitHeading({ limit, isTier }: { limit: number; isTier: boolean }) {
  return (
    <th scope="row" class="number">
      {formatNumber(limit)}
      {isTier ? <span class="pill tier">tier</span> : null}
    </th>
  );
}

const SPOKEN = { pass: ', meets the SLOs', fail: ', does not meet the SLOs', undecided: ', undecided' } as const;

function Cell({ cell }: { cell: HeatCell }) {
  const looks = [
    cell.step === undefined ? 'heat-none' : `heat-${cell.step}`,
    ...(cell.contourRight ? ['contour-right'] : []),
    ...(cell.contourBelow ? ['contour-below'] : []),
    ...(cell.isHere ? ['here'] : []),
  ];
  return (
    <td class={looks.join(' ')}>
      {cell.isHere ? <span class="here-mark">you are here</span> : null}
      {heatText(cell)}
      <span class="spoken">{SPOKEN[cell.verdict]}</span>
    </td>
  );
}

function hereText({ here }: HeatMap, rows: readonly (readonly HeatCell[])[]): string {
  const place = `${rateText(here.ratePerSecond)} at limit ${formatNumber(here.limit)}`;
  const marked = rows.some((row) => row.some(({ isHere }) => isHere));
  return `You are at ${place}${marked ? '' : ', between the cells'}.`;
}

/** What the fills mean, and the marks that are there. */
function Legend({ sloMs, rows }: { sloMs: number | undefined; rows: readonly (readonly HeatCell[])[] }) {
  const texts = new Set(rows.flatMap((row) => row.map(heatText)));
  const has = (mark: string): boolean => [...texts].some((text) => text.endsWith(mark));
  return (
    <ul class="heat-legend">
      {heatScale(sloMs).labels.map((label, step) => (
        <li>
          <span class={`swatch heat-${step}`} aria-hidden="true" /> {label}
        </li>
      ))}
      {has('∞') ? (
        <li>
          <span class="swatch heat-none" aria-hidden="true" /> ∞: the queue grows for ever
        </li>
      ) : null}
      {has('–') ? <li>–: nothing was measured</li> : null}
      {has('?') ? <li>?: too few seeds to say on which side of the SLO</li> : null}
    </ul>
  );
}
