import { renderToString } from 'preact-render-to-string';
import type { Verdict } from '../../measure/result.js';
import { cleanDeep, visible } from '../escape.js';
import { formatNumber, plural } from '../format.js';
import { PageHead } from '../html/page-head.js';
import { Command, Section } from '../html/parts.js';
import { PAGE_STYLE } from '../html/style.js';
import { VERDICT_WORDS } from '../verdict.js';
import { AnswerTable } from './answer-table.js';
import { type IndexModel, type IndexSources, indexOf } from './index-model.js';
import { ScenarioTable } from './scenario-table.js';
import { INDEX_STYLE } from './style.js';
import { ScenarioTrends } from './trend-tables.js';
import { dateText } from './words.js';

const STYLE = PAGE_STYLE + INDEX_STYLE;
const VERDICTS: readonly Verdict[] = ['fail', 'undecided', 'pass'];

/** The page over a folder of reports, as one file that loads nothing and needs no script. Its links are relative. */
export function renderIndexPage(sources: IndexSources, version: string): string {
  const model = shown(indexOf(sources));
  const scenarios = countsOf(model.lines.map(({ newest }) => newest.entry.verdict));
  const plans = countsOf(model.answers.flatMap(({ ended }) => ended?.verdict ?? []));
  const verdict = VERDICTS.find((one) => scenarios[one] + plans[one] > 0);
  const { word, icon } = verdict === undefined ? { word: 'NO RUNS', icon: '–' } : VERDICT_WORDS[verdict];
  const page = (
    <html lang="en">
      <PageHead title={`${word}: all scenarios · slotstorm`} version={version} script={''} style={STYLE} />
      <body>
        <a class="skip" href="#main">
          Skip to the runs
        </a>
        <main id="main">
          <header id="verdict" class={`banner ${verdict ?? 'empty'}`}>
            <p class="scenario">
              <span>slotstorm</span> all scenarios
            </p>
            <h1>
              <span class="icon" aria-hidden="true">
                {icon}
              </span>
              {word}
            </h1>
            <p class="headline">{headline(model, scenarios, plans)}</p>
            <Command text="npx slotstorm report" />
          </header>
          <Runs model={model} />
          <AnswerTable lines={model.answers} />
          <Trends model={model} />
          <LeftOut sentences={model.leftOut} />
        </main>
        <footer>
          slotstorm {version}
          {model.date === undefined ? null : ` · newest run ${dateText({ date: model.date })} UTC`}
        </footer>
      </body>
    </html>
  );
  return `<!doctype html>\n${renderToString(page)}\n`;
}

/** Names are shown harmless; addresses stay as they are, for they are encoded. */
function shown(model: IndexModel): IndexModel {
  return cleanDeep(model, visible);
}

type Counts = Readonly<Record<Verdict, number>>;

/** @param verdicts of scenarios, or of plans */
function countsOf(verdicts: readonly Verdict[]): Counts {
  const count = (verdict: Verdict): number => verdicts.filter((one) => one === verdict).length;
  return { fail: count('fail'), undecided: count('undecided'), pass: count('pass') };
}

function headline({ runs, leftOut }: IndexModel, scenarios: Counts, plans: Counts): string {
  const sentences = [
    ...(runs === 0 ? [] : [`${endedText(scenarios, 'scenario')} in the newest run of each; ${plural(runs, 'run')} altogether.`]),
    ...(totalOf(plans) === 0 ? [] : [`${endedText(plans, 'plan')}.`]),
  ];
  if (sentences.length > 0) return sentences.map((sentence) => sentence.slice(0, 1).toUpperCase() + sentence.slice(1)).join(' ');
  return leftOut.length === 0
    ? 'No run has been written into this folder yet.'
    : 'No run and no plan of this folder could be read: see what is not on this page.';
}

/** `1 of 3 plans failed, 2 passed` */
function endedText(counts: Counts, noun: string): string {
  const total = totalOf(counts);
  return VERDICTS.filter((verdict) => counts[verdict] > 0)
    .map((verdict, at) => {
      const count = formatNumber(counts[verdict]);
      if (at > 0) return `${count} ${ENDED[verdict]}`;
      const which = counts[verdict] < total ? `${count} of ${plural(total, noun)}` : allText(total, noun);
      return `${which} ${ENDED[verdict]}`;
    })
    .join(', ');
}

function allText(total: number, noun: string): string {
  if (total === 1) return `the only ${noun}`;
  return total === 2 ? `both ${noun}s` : `all ${plural(total, noun)}`;
}

const ENDED: Readonly<Record<Verdict, string>> = { fail: 'failed', undecided: 'could not be decided', pass: 'passed' };

function totalOf({ fail, undecided, pass }: Counts): number {
  return fail + undecided + pass;
}

function Runs({ model: { lines } }: { model: IndexModel }) {
  if (lines.length === 0) return null;
  const worlds = new Set(lines.map(({ newest }) => newest.entry.world));
  return (
    <Section
      id="runs"
      title="Scenarios and runs"
      lead="Each cell is a run: ✓ passed, ✗ failed, ? undecided. Framed cells lead to their report; those of older runs may have been overwritten."
    >
      <Choices
        name="show"
        legend="Show scenarios whose newest run"
        choices={[
          ['all', 'ended in any way'],
          ['fail', 'failed'],
          ['undecided', 'is undecided'],
          ['pass', 'passed'],
        ]}
      />
      {worlds.size < 2 ? null : (
        <Choices
          name="world"
          legend="World"
          choices={[
            ['any', 'both'],
            ['simulated', 'simulated'],
            ['live', 'live'],
          ]}
        />
      )}
      <ScenarioTable lines={lines} />
    </Section>
  );
}

/** The first one is chosen. The style sheet does the rest, without any script. */
function Choices({ name, legend, choices }: { name: string; legend: string; choices: readonly (readonly [value: string, text: string])[] }) {
  return (
    <fieldset class="choices">
      <legend>{legend}</legend>
      {choices.map(([value, text], at) => (
        <label>
          <input type="radio" name={name} id={`${name}-${value}`} checked={at === 0} />
          {text}
        </label>
      ))}
    </fieldset>
  );
}

function Trends({ model: { lines, budget } }: { model: IndexModel }) {
  const withTrends = lines.filter(({ trends }) => trends !== undefined && trends.length > 0);
  if (withTrends.length === 0) return null;
  return (
    <Section
      id="trends"
      title="Trends"
      lead="Numbers of runs that differ from the newest one only in the program and in chance. A dashed line: the level changed there, by chance alone in less than one of a hundred such trends."
    >
      {withTrends.map((line) => (
        <ScenarioTrends line={line} points={budget.points} />
      ))}
    </Section>
  );
}

function LeftOut({ sentences }: { sentences: readonly string[] }) {
  if (sentences.length === 0) return null;
  return (
    <Section id="left-out" title="Not on this page">
      <ul class="notes">
        {sentences.map((sentence) => (
          <li>{sentence}</li>
        ))}
      </ul>
    </Section>
  );
}
