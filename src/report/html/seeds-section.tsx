import type { ResultFile } from '../../measure/result.js';
import { MIN_SEEDS_FOR_INTERVAL } from '../../measure/seed-values.js';
import { formatNumber, plural } from '../format.js';
import { seedSeries } from '../seed-series.js';
import { listedRuns, MAX_DOTS, planStrip, showsEverySeed } from '../seed-strips.js';
import { Fold, Section } from './parts.js';
import { StripPlot } from './seed-strip.js';
import { RunsTable, SharesTable, StatisticsTable } from './seed-tables.js';

const MAX_STRIPS = 8;
const MAX_SEED_BUTTONS = 60;
/** Longer tables are folded. */
const OPEN_ROWS = 40;

/** Every run of every variant. One seed is an anecdote. */
export function SeedsSection({ result }: { result: ResultFile }) {
  if (result.seeds.length < 2) return null;
  const named = result.variants.some((variant) => variant.name != null);
  const listed = listedRuns(result);
  const series = seedSeries(result);
  const strips = series.slice(0, MAX_STRIPS).map((one) => planStrip(result, one, listed));
  const left = series.length - strips.length;
  const runs = <RunsTable result={result} listed={listed} series={strips.map((strip) => strip.series)} named={named} />;
  return (
    <Section id="seeds" title="Across seeds" lead={leadText(result)}>
      <div class="strips">
        {strips.map((strip) => (
          <StripPlot strip={strip} />
        ))}
      </div>
      <FailingSeeds result={result} />
      {left > 0 ? <p class="muted">{plural(left, 'more metric')} with thresholds not drawn; result.json has their numbers across seeds.</p> : null}
      <StatisticsTable strips={strips} named={named} />
      {named ? (
        <Fold summary="In how many seeds each check failed, and in how many of all possible ones it may">
          <SharesTable result={result} named={named} />
        </Fold>
      ) : (
        <SharesTable result={result} named={named} />
      )}
      {listed.length > OPEN_ROWS ? <Fold summary={`${formatNumber(listed.length)} of ${plural(result.runs.length, 'run')}, one by one`}>{runs}</Fold> : runs}
    </Section>
  );
}

/** Each copies its seed: what `--seed` asks for. */
function FailingSeeds({ result }: { result: ResultFile }) {
  const seeds = [...new Set(result.runs.filter((run) => run.verdict !== 'pass').map((run) => run.seed))];
  if (seeds.length === 0) return null;
  return (
    <div class="seed-list">
      <p id="failing-seeds">
        Seeds that did not pass; each button copies its seed
        {seeds.length > MAX_SEED_BUTTONS ? `, the first ${MAX_SEED_BUTTONS} of ${formatNumber(seeds.length)}` : ''}:
      </p>
      <ul aria-labelledby="failing-seeds">
        {seeds.slice(0, MAX_SEED_BUTTONS).map((seed) => (
          <li>
            <button type="button" class="seed" data-copy={String(seed)}>
              <span class="spoken">Copy seed </span>
              {seed}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function leadText(result: ResultFile): string {
  const dots = showsEverySeed(result)
    ? 'Each dot is one seed; those that did not pass are crosses.'
    : `Too many runs for a dot each (${formatNumber(result.runs.length)}, at most ${MAX_DOTS}): the line goes from the lowest to the highest seed, the bands hold 90 % and 50 % of the seeds, the tick is the median, and crosses are seeds that did not pass, as many as the table of runs lists.`;
  const bracket =
    result.seeds.length < MIN_SEEDS_FOR_INTERVAL
      ? `No intervals: they need ${MIN_SEEDS_FOR_INTERVAL} seeds.`
      : 'The bracket is the 95 % interval of the mean over seeds (Student t): where the mean of very many seeds would lie, not where the next seed will. Requests of one seed hang together, so they never make an interval.';
  return `${dots} ${bracket} Dashed lines are thresholds; each seed is judged by itself.`;
}
