import type { ResultFile, RunResult } from '../../measure/result.js';
import type { AcrossSeeds, SeedShare } from '../../measure/seed-statistics.js';
import { formatNumber, listOf, NO_SAMPLES, plural } from '../format.js';
import { shownVariants } from '../runs.js';
import { boundsText, intervalText } from '../seed-lines.js';
import { acrossSeedsOf, formatSeries, type SeedSeries, seriesTitle, seriesValue } from '../seed-series.js';
import { BAND_SHARES, type Strip, type StripRow } from '../seed-strips.js';
import { Badge, Table, type TableColumn } from './parts.js';

interface StatisticsRow extends StripRow {
  readonly series: SeedSeries;
}

/** Every number of the strips. */
export function StatisticsTable({ strips, named }: { strips: readonly Strip[]; named: boolean }) {
  const rows = strips.flatMap(({ series, rows: own }) => own.map((row): StatisticsRow => ({ ...row, series })));
  const value = (row: StatisticsRow, field: 'mean' | 'sd' | 'min' | 'med' | 'max'): string =>
    row.statistics === undefined ? NO_SAMPLES : row.statistics[field] == null ? '–' : formatSeries(row.statistics[field], row.series);
  const bands = rows.some((row) => row.bands !== undefined) ? BAND_SHARES : [];
  return (
    <Table<StatisticsRow>
      caption={`One number a seed, over the seeds${bands.length === 0 ? '' : '; “5 % at most”: one seed in twenty is at or below it'}`}
      rows={rows}
      columns={[
        { heading: 'Metric', names: true, cell: (row) => <code>{seriesTitle(row.series)}</code> },
        ...(named ? [{ heading: 'Variant', cell: (row: StatisticsRow) => row.title }] : []),
        { heading: 'Seeds with samples', numeric: true, cell: (row) => `${formatNumber(row.statistics?.n ?? 0)} of ${formatNumber(row.seeds)}` },
        { heading: 'Mean', numeric: true, cell: (row) => value(row, 'mean') },
        {
          heading: '95 % interval of the mean',
          numeric: true,
          wraps: true,
          cell: (row) => (row.statistics === undefined ? '–' : intervalText(row.statistics, row.series)),
        },
        { heading: 'Standard deviation', numeric: true, cell: (row) => value(row, 'sd') },
        { heading: 'Min', numeric: true, cell: (row) => value(row, 'min') },
        ...bands.slice(0, 2).map((share, at) => bandColumn(share, at)),
        { heading: 'Median', numeric: true, cell: (row) => value(row, 'med') },
        ...bands.slice(2).map((share, at) => bandColumn(share, at + 2)),
        { heading: 'Max', numeric: true, cell: (row) => value(row, 'max') },
        { heading: 'Thresholds', cell: (row) => (row.limits.length === 0 ? '–' : row.limits.map(({ expression }) => expression).join(', ')) },
      ]}
    />
  );
}

function bandColumn(share: number, at: number): TableColumn<StatisticsRow> {
  return {
    heading: `${Math.round(share * 100)} % at most`,
    numeric: true,
    cell: (row) => (row.bands === undefined ? '–' : formatSeries(row.bands[at], row.series)),
  };
}

interface ShareRow {
  readonly what: string;
  readonly variant: string;
  readonly share: SeedShare | undefined;
}

/** What happened in how many seeds, and in how many of all possible ones it may. */
export function SharesTable({ result, named }: { result: ResultFile; named: boolean }) {
  const rows = shownVariants(result).flatMap((variant): ShareRow[] => {
    const across = acrossSeedsOf(variant);
    if (across === undefined) return [];
    const row = (what: string, share: SeedShare | undefined): ShareRow => ({ what, variant: variant.title, share });
    return [
      row('verdict: fail', across.failed),
      ...across.thresholds.map(({ metric, expression, crossed }) => row(`${metric} ${expression}: crossed`, crossed)),
      ...violatedRows(across.violated, row),
    ];
  });
  return (
    <Table<ShareRow>
      caption="In how many seeds it happened"
      rows={rows}
      columns={[
        { heading: 'What', names: true, cell: (row) => row.what },
        ...(named ? [{ heading: 'Variant', cell: (row: ShareRow) => row.variant }] : []),
        {
          heading: 'Seeds',
          numeric: true,
          cell: ({ share }) => (share === undefined ? 'not judged in any' : `${formatNumber(share.k)} of ${formatNumber(share.n)}`),
        },
        { heading: 'Of all possible seeds (95 %)', numeric: true, cell: ({ share }) => (share === undefined ? '–' : boundsText(share)) },
      ]}
    />
  );
}

/** Invariants that no seed violated share a line where the same number of seeds examined them. */
function violatedRows(violated: AcrossSeeds['violated'], row: (what: string, share: SeedShare) => ShareRow): ShareRow[] {
  const never = new Map<number, { ids: string[]; share: SeedShare }>();
  const rows: ShareRow[] = [];
  for (const [id, share] of Object.entries(violated)) {
    if (share.k > 0) rows.push(row(`${id}: violated`, share));
    else never.set(share.n, { share, ids: [...(never.get(share.n)?.ids ?? []), id] });
  }
  for (const { ids, share } of never.values()) rows.push(row(`${ids.length > 1 ? 'each of ' : ''}${listOf(ids, ids.length)}: violated`, share));
  return rows;
}

/** The runs themselves, with the numbers of the dots. */
export function RunsTable({
  result,
  listed,
  series,
  named,
}: {
  result: ResultFile;
  listed: readonly RunResult[];
  series: readonly SeedSeries[];
  named: boolean;
}) {
  const left = result.runs.length - listed.length;
  return (
    <>
      <Table<RunResult>
        caption={left > 0 ? 'Runs, those that did not pass first' : 'Runs'}
        rows={listed}
        rowClass={(run) => (run.verdict === 'pass' ? '' : run.verdict)}
        columns={[
          { heading: 'Seed', names: true, numeric: true, cell: (run) => run.seed },
          ...(named ? [{ heading: 'Variant', cell: (run: RunResult) => run.variant ?? '–' }] : []),
          { heading: 'Verdict', cell: (run) => <Badge verdict={run.verdict} /> },
          ...series.map(
            (one): TableColumn<RunResult> => ({ heading: seriesTitle(one), numeric: true, cell: (run) => formatSeries(seriesValue(run, one), one) }),
          ),
          { heading: 'Events', numeric: true, cell: (run) => formatNumber(run.events) },
          { heading: 'Exit code', numeric: true, cell: (run) => run.exitCode },
        ]}
      />
      {left > 0 ? <p class="muted">{plural(left, 'more run')} not listed; result.json has all of them.</p> : null}
    </>
  );
}
