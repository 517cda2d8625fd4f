import type { Estimate, PointEvidence, SloCheck } from '../../../measure/capacity/plan-result.js';
import { actualText, figureText, intervalText, NONE } from './words.js';

/** A mean with its interval under it. */
export function EstimateCell({ estimate, unit }: { estimate: Estimate | undefined; unit: string }) {
  if (estimate === undefined) return <span>{NONE}</span>;
  const interval = intervalText(estimate, unit);
  return (
    <span>
      {figureText(estimate.mean, unit)}
      {interval === '' ? null : <span class="range"> {interval}</span>}
    </span>
  );
}

/** What a search for the largest found: what was shown to do, and under it what was shown not to. */
export function SearchedCell({ found, unit }: { found: Estimate | undefined; unit: string }) {
  if (found === undefined) return <span>{NONE}</span>;
  return (
    <span>
      {figureText(found.low, unit)}
      {found.low === found.high ? null : <span class="range"> not {figureText(found.high, unit)}</span>}
    </span>
  );
}

/** A wait of a setting, or the word for why there is none. */
export function WaitCell({ point, percentile = 'p95' }: { point: PointEvidence | undefined; percentile?: 'p50' | 'p95' | 'p99' }) {
  if (point?.unstable !== undefined) return <span>unstable</span>;
  return <EstimateCell estimate={point?.queueLatency?.[percentile]} unit="ms" />;
}

/** What one SLO was. */
export function CheckCell({ check, point }: { check: SloCheck | undefined; point: PointEvidence }) {
  if (check?.actual !== undefined) return <EstimateCell estimate={check.actual} unit={check.unit} />;
  const none = point.unstable === undefined ? NONE : 'unstable';
  return <span>{check === undefined ? none : actualText(check, point)}</span>;
}
