import type { InverseAnswer } from '../../measure/capacity/plan-result.js';
import type { Dials, Planning, SeedFigures } from '../point.js';
import { countOf, shareOf, trendEstimate } from './estimates.js';
import { grouped, shareWithBounds, time } from './words.js';

interface Way {
  readonly text: string;
  readonly call: NonNullable<Dials['call']>;
}

/** Attempts as docs/model.md has them of the SDKs: Python tries ten times, JavaScript four. */
const WAYS: readonly Way[] = [
  { text: 'run, Python SDK (10 attempts)', call: { call: 'run', sdk: 'python' } },
  { text: 'run, JavaScript SDK (4 attempts)', call: { call: 'run', sdk: 'js' } },
  { text: 'subscribe, Python SDK', call: { call: 'subscribe', sdk: 'python' } },
  { text: 'subscribe, JavaScript SDK', call: { call: 'subscribe', sdk: 'js' } },
];

/** How many calls give up when the client repeats (`run`), and when the queue does (`subscribe`). */
export async function giveUps(planning: Planning, limit: number): Promise<InverseAnswer> {
  await planning.judge(
    WAYS.map(({ call }) => ({ limit, call })),
    'look',
  );
  const told: { readonly way: Way; readonly figures: readonly SeedFigures[] }[] = [];
  for (const way of WAYS) {
    planning.progress(`give-ups: ${way.text}`);
    told.push({ way, figures: await planning.figures({ limit, call: way.call }, 'look') });
  }
  const lost = told.map(({ figures }) => shareOf(planning, figures, 'gave_up'));
  const [run, , subscribe] = lost;
  return {
    question: 'give-ups',
    title: `Calls that give up at limit ${limit}: run or subscribe`,
    answer:
      run === undefined || subscribe === undefined
        ? 'No call was made.'
        : `With run (Python SDK) ${shareWithBounds(run)} give up, with subscribe ${shareWithBounds(subscribe)}.`,
    value:
      run === undefined
        ? undefined
        : { estimate: { mean: run.share, low: run.low, high: run.high, seeds: told[0]?.figures.length ?? 0 }, unit: 'share of calls' },
    columns: ['call', 'gave up', 'answers 429', 'client retries', 'server requeues', 'p95 wait'],
    rows: told.map(({ way, figures }, at) => {
      const share = lost[at];
      const p95 = trendEstimate(planning, figures, 'queue_latency', 'p95');
      const counts = (['http_429', 'client_retries', 'server_requeues'] as const).map((name) => grouped(countOf(figures, name)));
      return [way.text, share === undefined ? '–' : shareWithBounds(share), ...counts, p95 === undefined ? '–' : time(p95.mean)];
    }),
    notes: ['The wait of a call that gave up is in no percentile: a short p95 of run may mean that those who waited long have left.'],
  };
}
