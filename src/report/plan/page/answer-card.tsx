import type { PlanResult, PointEvidence, SloCheck } from '../../../measure/capacity/plan-result.js';
import type { Verdict } from '../../../measure/result.js';
import { formatNumber, formatShare, listOf, plural } from '../../format.js';
import { Badge, Command, Facts } from '../../html/parts.js';
import { rowsLines } from '../../recorded-rows.js';
import { VERDICT_WORDS } from '../../verdict.js';
import { decisivePoints, formulaText } from '../answer-blocks.js';
import { actualText, answerText, exitText, figureText, intervalText, overloadText, pointAt, searchedText, sentence, standingOf, tierText } from './words.js';

/** The first screen: how many slots, how sure, which tier, how to ask again. */
export function AnswerCard({ plan }: { plan: PlanResult }) {
  const { answer, question, load, tiers, gate } = plan;
  return (
    <header id="answer" class={`banner plan-answer ${plan.verdict}`}>
      <p class="scenario">
        <span>slotstorm plan</span> {load.text}
      </p>
      <h1 class={standingOf(answer)}>{answerText(plan)}</h1>
      {tiers.text === '' ? null : <p class="headline">{sentence(tiers.text)}</p>}
      <p>
        {answer.limit === undefined ? 'Asked for: a limit' : 'The smallest limit'} that meets {listOf(question.slos.map((slo) => `“${slo}”`))} with policy{' '}
        <strong>{question.policy}</strong>
        {question.switches.length === 0 ? '' : `, ${listOf(question.switches)}`}.
      </p>
      {rowsLines(load).map(({ text, isWarning }) => (
        <p class={isWarning ? 'notice' : 'muted'}>{sentence(text)}</p>
      ))}
      {answer.why === undefined ? null : <p class="notice">{sentence(answer.why)}</p>}
      <Neighbours plan={plan} />
      <Facts facts={roomFacts(plan)} />
      <p class="muted formula">{sentence(formulaText(plan))}</p>
      {gate === undefined ? null : (
        <p class="gate-line">
          <Badge verdict={gate.verdict} /> <strong>Gate at limit {formatNumber(gate.limit)}:</strong> {sentence(gate.text)}
        </p>
      )}
      <ul class="pills">
        <li>
          <Badge verdict={plan.verdict} /> exit code <strong>{plan.exitCode}</strong>: {exitText(plan)}
        </li>
        <li>{`${plural(plan.meta.simulatedRequests, 'request')} simulated`}</li>
      </ul>
      <Command text={plan.command} />
    </header>
  );
}

/** One less, the answer, one more: what makes the answer believable. */
function Neighbours({ plan: { answer } }: { plan: PlanResult }) {
  const { limit } = answer;
  const shown = decisivePoints(answer);
  if (shown.length === 0) return null;
  return (
    <ol class="neighbours" aria-label="Evidence: simulated limits around the answer">
      {shown.map((point) => (
        <li class={point.limit === limit ? `${point.verdict} chosen` : point.verdict}>
          <p class="neighbour-limit">
            <Icon verdict={point.verdict} /> limit {formatNumber(point.limit)}
          </p>
          {point.unstable === undefined ? null : (
            <p class="neighbour-figure">
              <strong>unstable</strong>
            </p>
          )}
          {point.checks.map((check) => (
            <Actual check={check} point={point} />
          ))}
          <p class="muted">{pointFooting(point)}</p>
        </li>
      ))}
    </ol>
  );
}

function Icon({ verdict }: { verdict: Verdict }) {
  const { icon, word } = VERDICT_WORDS[verdict];
  return (
    <span class={`mark ${verdict}`} role="img" aria-label={word.toLowerCase()}>
      {icon}
    </span>
  );
}

function Actual({ check, point }: { check: SloCheck; point: PointEvidence }) {
  const interval = check.actual === undefined ? '' : intervalText(check.actual, check.unit);
  return (
    <p class="neighbour-figure">
      <span class="muted">{check.slo}</span>{' '}
      <strong>{check.actual === undefined ? actualText(check, point) : figureText(check.actual.mean, check.unit)}</strong>
      {interval === '' ? null : <span class="range"> {interval}</span>}
    </p>
  );
}

function pointFooting({ unstable, seeds, requests, utilisation, broken }: PointEvidence): string {
  if (unstable !== undefined) return sentence(overloadText(unstable));
  const parts = [
    ...(utilisation === undefined ? [] : [`${formatShare(utilisation)} busy`]),
    plural(seeds, 'seed'),
    plural(requests, 'request'),
    ...(broken.length === 0 ? [] : [`broke ${listOf(broken)}`]),
  ];
  return parts.join(' · ');
}

type Fact = readonly [name: string, value: string];

/** How much room there is, and what would do with the largest tier. All of it is simulated. */
function roomFacts({ answer, tiers, load, inverse }: PlanResult): Fact[] {
  const point = pointAt(answer, answer.limit);
  const highest = inverse?.find(({ question }) => question === 'highest-rate' || question === 'largest-burst');
  const largest = tiers.tiers.at(-1);
  const slack = tiers.slack === undefined ? '' : `, ${plural(tiers.slack, 'slot')} to spare`;
  const facts: Fact[] = [];
  if (answer.limit !== undefined && point?.utilisation !== undefined) {
    const above = load.atOnce === undefined ? `, ${plural(answer.limit - load.offeredSlots, 'slot')} above the mean` : '';
    facts.push([`Busy at limit ${formatNumber(answer.limit)}`, `${formatShare(point.utilisation)}${above}`]);
  }
  if (largest !== undefined) facts.push(['Self-service tier', tiers.tier === undefined ? 'none does' : `${tierText(tiers.tier)}${slack}`]);
  if (largest !== undefined && tiers.tier === undefined) {
    const name = formatNumber(largest.limit);
    if (tiers.ratePerSecondAtLargest !== undefined) facts.push([`Tier ${name} carries`, searchedText(tiers.ratePerSecondAtLargest, '/s')]);
    if (tiers.requestsAtLargest !== undefined) facts.push([`Tier ${name} holds`, searchedText(tiers.requestsAtLargest, 'requests at once')]);
    if (tiers.serviceMsAtLargest !== undefined) facts.push([`Tier ${name} does with jobs of`, searchedText(tiers.serviceMsAtLargest, 'ms')]);
  }
  if (highest !== undefined)
    facts.push([highest.title, highest.value === undefined ? highest.answer : searchedText(highest.value.estimate, highest.value.unit)]);
  return facts;
}
