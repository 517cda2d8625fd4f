import type { ResultFile } from '../../measure/result.js';
import { STANDINGS, standingOf } from '../ci/standing.js';
import { formatNumber, plural } from '../format.js';
import type { SeededGate } from '../gates.js';
import { liveRuns } from '../live/live-runs.js';
import { loadText } from '../live/setup.js';
import { STANDING_WORDS } from '../standing-words.js';
import { exitCodeDoc, expectedViolations, scopeSentence, VERDICT_WORDS, verdictSentences } from '../verdict.js';
import { warmupLines } from '../warmup-lines.js';
import { Command } from './parts.js';

/** The first screen: did it pass, what broke, how to see it again. */
export function VerdictBanner({ result, gates }: { result: ResultFile; gates: readonly SeededGate[] }) {
  const { word, icon } = VERDICT_WORDS[result.verdict];
  const expected = expectedViolations(gates);
  const { lead, rest } = verdictSentences(result, gates);
  const live = liveRuns(result).length === 0 ? undefined : `live: ${loadText(result)}`;
  return (
    <header id="verdict" class={`banner ${result.verdict}`}>
      <p class="scenario">
        <span>slotstorm</span> {result.scenario.name}
      </p>
      <h1>
        <span class="icon" aria-hidden="true">
          {icon}
        </span>
        {word}
      </h1>
      <p class="headline">{lead}</p>
      <p>
        {rest}
        {expected > 0 ? ` ${plural(expected, 'invariant was', 'invariants were')} violated because the scenario expects it.` : ''}
      </p>
      {result.scenario.description === '' ? null : <p class="muted">{result.scenario.description}</p>}
      <ul class="pills">
        <li>{scopeSentence(result)}</li>
        <li>{standingCounts(gates)}</li>
        {result.shard == null ? null : (
          <li class="unsettled">{`? shard ${result.shard.index} of ${result.shard.of}: only ${plural(result.seeds.length, 'seed')} of ${formatNumber(result.shard.seeds.length)}`}</li>
        )}
        <li>
          exit code <strong>{result.exitCode}</strong>: {exitCodeDoc(result.exitCode)}
        </li>
        {live === undefined ? null : <li>{live}</li>}
        {warmupLines(result).map(({ text, found }) => (
          <li class={found ? undefined : 'unsettled'}>
            {found ? '' : '? '}warm-up: {text}
          </li>
        ))}
      </ul>
      <Command text={result.scenario.rerun} />
    </header>
  );
}

/** `✗ 2 fail · ⚠ 1 warning · ✓ 12 pass` */
function standingCounts(gates: readonly SeededGate[]): string {
  const texts = STANDINGS.flatMap((standing) => {
    const count = gates.filter((gate) => standingOf(gate) === standing).length;
    const { word, icon } = STANDING_WORDS[standing];
    return count === 0 ? [] : [`${icon} ${formatNumber(count)} ${word}`];
  });
  return texts.length === 0 ? 'no checks' : texts.join(' · ');
}
