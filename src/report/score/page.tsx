import { renderToString } from 'preact-render-to-string';
import type { ScoreCell, ScoreProvider, ScoreResult } from '../../measure/score/score-result.js';
import { cleanDeep, visible } from '../escape.js';
import { PageHead } from '../html/page-head.js';
import { Command, Section } from '../html/parts.js';
import { PAGE_STYLE } from '../html/style.js';
import { ProviderAnswer } from './answers.js';
import { PriceSection } from './price-section.js';
import { StandingBadge } from './standing-badge.js';
import { SCORE_STYLE } from './style.js';
import { answerId, linkTo, STANDING_LOOKS, STANDINGS, shortQuestion, standingCounts } from './words.js';

/** The scorecard as one file that loads nothing and needs no script. Links to evidence are relative. */
export function renderScorePage(given: ScoreResult): string {
  const result = cleanDeep(given, visible);
  const { questions, providers, tool, meta } = result;
  const page = (
    <html lang="en">
      <PageHead title="Provider scorecard · slotstorm" version={tool.version} script={''} style={PAGE_STYLE + SCORE_STYLE} />
      <body>
        <a class="skip" href="#main">
          Skip to the scorecard
        </a>
        <nav aria-label="Sections">
          <ul>
            {navigation(result).map(([id, text]) => (
              <li>
                <a href={`#${id}`}>{text}</a>
              </li>
            ))}
          </ul>
        </nav>
        <main id="main">
          <Head result={result} />
          <Section
            id="scorecard"
            title="Answers"
            lead="Each answer opens its evidence: the report of a simulated run, or the record of the calls that were made."
          >
            <Scorecard result={result} />
            <Legend />
          </Section>
          {questions.map((question, at) => (
            <Section id={question.id} title={question.question}>
              <p class="criterion">
                <strong>Counts as yes:</strong> {question.criterion}
              </p>
              {providers.map((provider, place) => (
                <ProviderAnswer id={answerId(place, question.id)} provider={provider} cell={provider.cells[at] as ScoreCell} />
              ))}
            </Section>
          ))}
          <PriceSection rows={result.prices} />
          <Notes result={result} />
        </main>
        <footer>
          slotstorm {tool.version} · scorecard · {meta.date}
        </footer>
      </body>
    </html>
  );
  return `<!doctype html>\n${renderToString(page)}\n`;
}

function navigation({ questions, prices }: ScoreResult): (readonly [id: string, text: string])[] {
  return [
    ['scorecard', 'Answers'],
    ...questions.map(({ id }) => [id, shortQuestion(id)] as const),
    ...(prices.length === 0 ? [] : [['prices', 'Prices'] as const]),
    ['notes', 'Notes'],
  ];
}

function Head({ result }: { result: ScoreResult }) {
  const { providers, questions, seed, seeds = 1 } = result;
  const hasProfiles = providers.some(({ kind }) => kind === 'profile');
  return (
    <header class="card">
      <p class="muted">slotstorm</p>
      <h1>Provider scorecard</h1>
      <p class="headline">
        {questions.length} questions, asked of {providers.length} {providers.length === 1 ? 'provider' : 'providers'} by experiment: {standingCounts(providers)}
        .
      </p>
      {hasProfiles ? (
        <p class="notice">
          <strong>Profiles are models, not companies.</strong> Nothing on this page was measured at fal or at NexaAPI. Each profile says what it is a model of.
        </p>
      ) : null}
      <ul class="pills">
        <li>{seeds === 1 ? `seed ${seed}` : `seeds ${seed} to ${seed + seeds - 1}`}</li>
      </ul>
      <Command text={result.command} />
    </header>
  );
}

function Scorecard({ result: { questions, providers } }: { result: ScoreResult }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements lint/a11y/noNoninteractiveTabindex: what scrolls must be in reach of the keyboard
    <div class="scroll" role="group" tabIndex={0} aria-label="Scorecard">
      <table class="scorecard">
        <caption>Providers by questions</caption>
        <thead>
          <tr>
            <th scope="col">Provider</th>
            {questions.map(({ id }) => (
              <th scope="col">
                <a href={`#${id}`}>{shortQuestion(id)}</a>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {providers.map((provider, place) => (
            <ProviderRow provider={provider} place={place} questions={questions} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ProviderRow({ provider, place, questions }: { provider: ScoreProvider; place: number; questions: ScoreResult['questions'] }) {
  return (
    <tr>
      <th scope="row">
        {provider.name}
        <span class="basis">{provider.basis ?? provider.kind}</span>
      </th>
      {provider.cells.map((cell, at) => (
        <td>
          <a class="answer" href={evidenceOf(cell) ?? `#${answerId(place, questions[at]?.id ?? '')}`}>
            <StandingBadge standing={cell.standing} />
            <span class="words">{cell.short}</span>
          </a>
        </td>
      ))}
    </tr>
  );
}

function evidenceOf({ experiments: [first] }: ScoreCell): string | undefined {
  return first === undefined ? undefined : linkTo(first.evidence);
}

function Legend() {
  return (
    <ul class="legend">
      {STANDINGS.map((standing) => (
        <li>
          <StandingBadge standing={standing} /> {STANDING_LOOKS[standing].doc}
        </li>
      ))}
    </ul>
  );
}

function Notes({ result: { notes, providers } }: { result: ScoreResult }) {
  return (
    <Section id="notes" title="Notes and sources">
      <ul class="notes">
        {notes.map((note) => (
          <li>{note}</li>
        ))}
      </ul>
      <h3>What each provider stands for</h3>
      <ul class="notes">
        {providers.map(({ name, doc }) => (
          <li>
            <strong>{name}</strong>: {doc}
          </li>
        ))}
      </ul>
    </Section>
  );
}
