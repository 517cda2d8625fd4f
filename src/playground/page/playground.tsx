import { Component } from 'preact';
import { formatMs, formatNumber } from '../../report/format.js';
import { linkOf, questionOfLink } from '../link.js';
import type { Question } from '../question.js';
import { type ChartClass, PlaygroundCharts } from './chart-board.js';
import { CHART_NAMES, type ChartName } from './charts.js';
import { Controls } from './controls.js';
import { NumbersTable, SameAgain, type ShownRun, Verdict } from './results.js';
import { type Outcome, SlicedRuns } from './sliced-run.js';

interface PlaygroundProps {
  readonly chartClass: ChartClass;
  /** Where nothing else is asked. */
  readonly first: Question;
  /** Told after each drawing. */
  readonly drawn: () => void;
}

interface PlaygroundState {
  readonly question: Question;
  /** What of a link could not be used. */
  readonly notices: readonly string[];
  readonly run: ShownRun | undefined;
  /** Share of the run that is going on; undefined: none is. */
  readonly progress: number | undefined;
  /** Why there are no figures of the question; undefined: there are, or will be. */
  readonly trouble: string | undefined;
  readonly showsNumbers: boolean;
}

const TITLES: { readonly [Name in ChartName]: string } = {
  queue: 'Requests waiting',
  slots: 'Slots in use',
  waits: 'Waits',
};

/** The simulator with its dials. Every change runs it anew. */
export class Playground extends Component<PlaygroundProps, PlaygroundState> {
  private readonly canvases = new Map<ChartName, HTMLCanvasElement | null>();
  private charts: PlaygroundCharts | undefined;
  private readonly runs = new SlicedRuns({
    progress: (progress) => this.setState({ progress }),
    over: (outcome) => this.over(outcome),
  });

  constructor(props: PlaygroundProps) {
    super(props);
    const linked = questionOfLink(location.hash, props.first);
    this.state = {
      question: linked?.question ?? props.first,
      notices: linked?.notices ?? [],
      run: undefined,
      progress: 0,
      trouble: undefined,
      showsNumbers: false,
    };
  }

  override componentDidMount(): void {
    this.charts = new PlaygroundCharts(this.props.chartClass, (name) => this.canvases.get(name) ?? null);
    addEventListener('hashchange', () => {
      const linked = questionOfLink(location.hash, this.state.question);
      if (linked !== undefined) this.ask(linked.question, linked.notices);
    });
    this.runs.start(this.state.question);
  }

  render() {
    const { question, notices, run, progress, trouble } = this.state;
    return (
      <div class="playground">
        {notices.length === 0 ? null : (
          <div class="notice" role="status">
            <p>Some of the link could not be used; that part is as it was.</p>
            <ul>
              {notices.map((notice) => (
                <li>{notice}</li>
              ))}
            </ul>
          </div>
        )}
        <Controls question={question} ask={(asked) => this.ask(asked, [])} />
        <div class="outcome" aria-busy={progress !== undefined}>
          {trouble === undefined ? null : (
            <p class="notice fail" role="alert">
              {trouble}
            </p>
          )}
          {run === undefined ? <p class="empty">Simulating …</p> : <Verdict run={run} />}
          <p class="work">
            <progress aria-label="Simulation" max={1} value={progress ?? 1} />
            <button type="button" disabled={progress === undefined} onClick={() => this.runs.stop()}>
              Stop
            </button>
          </p>
          {CHART_NAMES.map((name) => this.chart(name))}
          {run === undefined ? null : this.numbers(run)}
        </div>
        {run === undefined ? null : <SameAgain run={run} address={location.href.replace(/#.*$/s, '')} />}
      </div>
    );
  }

  private chart(name: ChartName) {
    const { run } = this.state;
    const id = `playground-chart-${name}`;
    return (
      <figure key={name}>
        <h3 id={id}>{TITLES[name]}</h3>
        <p id={`${id}-summary`} class="summary">
          {run === undefined ? '' : summaryOf(name, run)}
        </p>
        <div class="canvas">
          <canvas role="img" aria-labelledby={`${id} ${id}-summary`} data-playground={name} ref={(canvas) => void this.canvases.set(name, canvas)} />
        </div>
      </figure>
    );
  }

  private numbers({ figures }: ShownRun) {
    return (
      <details data-screen-only="" onToggle={(event) => this.setState({ showsNumbers: event.currentTarget.open })}>
        <summary>Numbers</summary>
        {this.state.showsNumbers ? <NumbersTable figures={figures} /> : null}
      </details>
    );
  }

  private ask(question: Question, notices: readonly string[]): void {
    this.setState({ question, notices, progress: 0, trouble: undefined });
    this.runs.start(question);
  }

  private over(outcome: Outcome): void {
    if (outcome.kind === 'done') this.show(outcome);
    else if (outcome.kind === 'failed') this.setState({ progress: undefined, trouble: outcome.message });
    else {
      const trouble = `Stopped after ${formatNumber(outcome.events)} events. What is shown belongs to the last setting that was run to its end.`;
      this.setState({ progress: undefined, trouble });
    }
  }

  private show(run: ShownRun): void {
    this.setState({ run, progress: undefined, trouble: undefined });
    this.charts?.show(run);
    keepInAddress(linkOf(run.question));
    this.props.drawn();
  }
}

function summaryOf(name: ChartName, { question, figures }: ShownRun): string {
  const { overTime } = figures;
  if (name === 'queue') return `Up to ${formatNumber(Math.max(0, ...overTime.queued))} at once, as a mean of ${formatMs(overTime.stretchMs)}.`;
  if (name === 'slots') {
    const ghosts = figures.ghosts === 0 ? '' : `; ${formatNumber(figures.ghosts)} held by nothing, hatched`;
    return `Up to ${formatNumber(Math.max(0, ...overTime.live))} at work of ${question.setting.limit}${ghosts}.`;
  }
  const longest = Math.max(0, ...overTime.p95.map((wait) => wait ?? 0));
  return `p95 of what started in a stretch of ${formatMs(overTime.stretchMs)}: up to ${formatMs(longest)}.`;
}

/** A reload asks the same. Some browsers count how often an address changes, and refuse one that does so too often. */
function keepInAddress(link: string): void {
  try {
    history.replaceState(history.state, '', `#${link}`);
  } catch {
    // The link beside the charts says the same.
  }
}
