import type { Experiment, ExperimentFigure, ScoreCell, ScoreProvider } from '../../measure/score/score-result.js';
import { Command, Fold } from '../html/parts.js';
import { StandingBadge } from './standing-badge.js';
import { figureText, linkTo, outcomeText } from './words.js';

/** What one provider answers to one question, and every experiment behind it. */
export function ProviderAnswer({ id, provider, cell }: { id: string; provider: ScoreProvider; cell: ScoreCell }) {
  const [first, ...others] = cell.experiments;
  return (
    <article class="provider-answer" id={id}>
      <h3>
        {provider.name} <StandingBadge standing={cell.standing} />
        {provider.basis === undefined ? null : <span class="pill">{provider.basis}</span>}
      </h3>
      <p>{cell.short}</p>
      {cell.says === undefined ? null : (
        <p class="says">
          {cell.says} Source: {cell.source}.
        </p>
      )}
      {cell.experiments.length === 0 ? <p class="empty">Nothing was tried.</p> : null}
      {first === undefined ? null : <ExperimentBlock experiment={first} />}
      {others.map((experiment) => (
        <Fold summary={`Also tried: ${experiment.name} (${outcomeText(experiment.passed).word})`}>
          <ExperimentBlock experiment={experiment} />
        </Fold>
      ))}
    </article>
  );
}

function ExperimentBlock({ experiment }: { experiment: Experiment }) {
  const { word, icon, look } = outcomeText(experiment.passed);
  return (
    <section class={`experiment ${look}`}>
      <h4>
        {experiment.name}
        <span class={`badge ${look}`}>
          <span aria-hidden="true">{icon}</span> {word}
        </span>
      </h4>
      <dl class="told">
        <dt>Done</dt>
        <dd>{experiment.done}</dd>
        <dt>Expected</dt>
        <dd>{experiment.expected}</dd>
        <dt>Seen</dt>
        <dd>{experiment.seen}</dd>
      </dl>
      <Figures figures={experiment.figures ?? []} />
      <p>
        <a class="open" href={linkTo(experiment.evidence)}>
          {experiment.evidence.endsWith('calls.html') ? 'Every call that was made' : 'The report of the run'}
        </a>
      </p>
      <Command text={experiment.rerun} />
    </section>
  );
}

function Figures({ figures }: { figures: readonly ExperimentFigure[] }) {
  if (figures.length === 0) return null;
  return (
    <ul class="figures">
      {figures.map((figure) => (
        <li>
          {figure.name}: <strong>{figureText(figure)}</strong>
        </li>
      ))}
    </ul>
  );
}
