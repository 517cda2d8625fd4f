import { plural } from '../format.js';
import { Badge } from '../html/parts.js';
import { VERDICT_WORDS } from '../verdict.js';
import type { RunCell, ScenarioLine } from './index-model.js';
import { commitText, dateText, shownName } from './words.js';

/** Scenarios × time: a line for each scenario, a cell for each of its newest runs. */
export function ScenarioTable({ lines }: { lines: readonly ScenarioLine[] }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements lint/a11y/noNoninteractiveTabindex: what scrolls must be in reach of the keyboard
    <div class="scroll" role="group" tabIndex={0} aria-label="Scenarios and their runs">
      <table class="index">
        <caption>Scenarios that fail come first, then by name. Runs: the oldest on the left, the newest on the right.</caption>
        <thead>
          <tr>
            <th scope="col">Scenario</th>
            <th scope="col">World</th>
            <th scope="col">Verdict</th>
            <th scope="col">Runs</th>
            <th scope="col">Newest run, commit</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <Line line={line} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Line({ line }: { line: ScenarioLine }) {
  const { entry, href } = line.newest;
  const name = shownName(entry.scenario);
  return (
    <tr class={`line ${entry.verdict} ${entry.world}`}>
      <th scope="row">
        {href === undefined ? name : <a href={href}>{name}</a>}
        {line.trends === undefined || line.trends.length === 0 ? null : (
          <a class="to-trends" href={`#${line.id}`}>
            trends<span class="heard"> of {name}</span>
          </a>
        )}
      </th>
      <td>{entry.world}</td>
      <td>
        <Badge verdict={entry.verdict} /> <span class="muted">{entry.exitCode}</span>
      </td>
      <td>
        <span class="runs">
          {line.cells.map((cell) => (
            <Cell cell={cell} />
          ))}
        </span>
        <span class="range">
          {plural(line.runs, 'run')}, {plural(entry.seeds, 'seed')}
        </span>
      </td>
      <td class="short">
        {dateText(entry)}
        <span class="range">{commitText(entry)}</span>
      </td>
    </tr>
  );
}

/** Icon and pattern; who points at it or hears it is told the word and the date. */
function Cell({ cell: { entry, href } }: { cell: RunCell }) {
  const { word, icon } = VERDICT_WORDS[entry.verdict];
  const title = `${word.toLowerCase()}, ${dateText(entry)}, exit code ${entry.exitCode}`;
  return href === undefined ? (
    <span class={`run ${entry.verdict}`} role="img" title={title} aria-label={title}>
      {icon}
    </span>
  ) : (
    <a class={`run ${entry.verdict}`} href={href} title={title} aria-label={title}>
      {icon}
    </a>
  );
}
