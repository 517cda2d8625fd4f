import type { History } from '../../results/history.js';
import type { HistoryEntry } from '../../results/history-entry.js';
import { plural } from '../format.js';
import type { Answer } from './answers.js';
import { type Budget, budgetFor } from './budget.js';
import { comparableRuns, countTrends, type Trend, trendsOf } from './trend.js';

/** What lies in a folder of reports. */
export interface IndexSources {
  readonly history: History;
  /** By folder, relative to that of the page: the page inside it, such as `report.html`. */
  readonly pages: ReadonlyMap<string, string>;
  readonly answers: readonly Answer[];
  /** What could not be read, in words. */
  readonly trouble: readonly string[];
}

/** A plan or a scorecard, as a line of the page. */
export interface AnswerLine extends Answer {
  /** Relative address of its page; undefined: it has none. */
  readonly href: string | undefined;
}

/** One run of a scenario, as a cell of its line. */
export interface RunCell {
  readonly entry: HistoryEntry;
  /** Relative address of its report; undefined: it is gone, or a later run has taken its folder. */
  readonly href: string | undefined;
}

/** All runs of one scenario in one world. */
export interface ScenarioLine {
  /** For links within the page. */
  readonly id: string;
  readonly newest: RunCell;
  /** Oldest first. */
  readonly cells: readonly RunCell[];
  readonly runs: number;
  /** Runs that trends are made of. */
  readonly comparable: number;
  /** undefined: left out for size. */
  readonly trends: readonly Trend[] | undefined;
}

export interface IndexModel {
  readonly lines: readonly ScenarioLine[];
  readonly answers: readonly AnswerLine[];
  readonly budget: Budget;
  readonly runs: number;
  /** When the newest run was made; undefined: there is none. */
  readonly date: string | undefined;
  /** What is not on the page, and why, in sentences. */
  readonly leftOut: readonly string[];
}

const RANK: Readonly<Record<HistoryEntry['verdict'], number>> = { fail: 0, undecided: 1, pass: 2 };

/** What the index page shows: scenarios that fail first, then by name; plans that fail first, then scorecards, the newest first. */
export function indexOf(sources: IndexSources): IndexModel {
  const { history } = sources;
  const entries = history.entries.toSorted((a, b) => compare(a.date, b.date));
  const groups = [...groupsOf(entries).values()].toSorted(bySeverity);
  const budget = budgetFor(groups.map((group) => countTrends(newestOf(group))));
  const links = new Links(entries, sources.pages);
  const lines = groups.slice(0, budget.scenarios).map((group, at): ScenarioLine => {
    const cell = (entry: HistoryEntry): RunCell => ({ entry, href: links.of(entry) });
    return {
      id: `scenario-${at + 1}`,
      newest: cell(newestOf(group)),
      cells: group.slice(-budget.cells).map(cell),
      runs: group.length,
      comparable: comparableRuns(group).length,
      trends: at < budget.trendScenarios ? trendsOf(group) : undefined,
    };
  });
  const answers = sources.answers.toSorted(byStanding).map((answer): AnswerLine => ({ ...answer, href: hrefOf(answer.folder, answer.page) }));
  return { lines, answers, budget, runs: entries.length, date: entries.at(-1)?.date, leftOut: leftOut(sources, groups, budget) };
}

function groupsOf(entries: readonly HistoryEntry[]): Map<string, HistoryEntry[]> {
  const groups = new Map<string, HistoryEntry[]>();
  for (const entry of entries) {
    const key = `${entry.world} ${entry.scenario}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return groups;
}

function newestOf(group: readonly HistoryEntry[]): HistoryEntry {
  return group.at(-1) as HistoryEntry;
}

function bySeverity(a: readonly HistoryEntry[], b: readonly HistoryEntry[]): number {
  const [one, other] = [newestOf(a), newestOf(b)];
  return RANK[one.verdict] - RANK[other.verdict] || compare(one.scenario, other.scenario) || compare(one.world, other.world);
}

/** What judges nothing comes last. */
function byStanding(one: Answer, other: Answer): number {
  const rank = ({ ended }: Answer): number => (ended === undefined ? Object.keys(RANK).length : RANK[ended.verdict]);
  return rank(one) - rank(other) || compare(other.date, one.date) || compare(one.folder, other.folder);
}

/** By code points: the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A longer name of a folder would make the page long, one cell after the other. */
const LONGEST_LINK = 300;

/** A folder is written anew by every run of the same name: only the newest of them still finds its report there. */
class Links {
  private readonly owners = new Map<string, HistoryEntry>();

  constructor(
    entries: readonly HistoryEntry[],
    private readonly pages: ReadonlyMap<string, string>,
  ) {
    for (const entry of entries) if (entry.folder !== undefined) this.owners.set(entry.folder, entry);
  }

  of(entry: HistoryEntry): string | undefined {
    const { folder } = entry;
    // Only what was found on the disk is linked to, so that no entry leads elsewhere.
    const page = folder === undefined ? undefined : this.pages.get(folder);
    return folder === undefined || this.owners.get(folder) !== entry ? undefined : hrefOf(folder, page);
  }
}

function hrefOf(folder: string, page: string | undefined): string | undefined {
  if (page === undefined) return undefined;
  const href = ['.', ...folder.split('/'), page].map(encodeSegment).join('/');
  return href.length > LONGEST_LINK ? undefined : href;
}

/** Lone surrogates cannot be encoded; there is no such file either. */
function encodeSegment(segment: string): string {
  return encodeURIComponent(segment.replace(/\p{Surrogate}/gu, '\uFFFD'));
}

function leftOut({ history, trouble }: IndexSources, groups: readonly (readonly HistoryEntry[])[], budget: Budget): string[] {
  const { broken, newer, leftOut: older } = history;
  const hidden = groups.reduce((sum, group) => sum + Math.max(0, group.length - budget.cells), 0);
  const said: string[] = [];
  if (groups.length > budget.scenarios)
    said.push(`Only ${plural(budget.scenarios, 'scenario')} of ${plural(groups.length, 'scenario')} are listed: those that fail first.`);
  if (hidden > 0)
    said.push(
      `Only the newest ${plural(budget.cells, 'run')} of each scenario have a cell; ${plural(hidden, 'older run')} ${hidden === 1 ? 'has' : 'have'} none.`,
    );
  if (budget.trendScenarios < Math.min(groups.length, budget.scenarios))
    said.push(`Trends are shown of the first ${plural(budget.trendScenarios, 'scenario')} only.`);
  if (older > 0) said.push(`${plural(older, 'line')} of the history, the oldest, ${older === 1 ? 'was' : 'were'} not read.`);
  if (broken > 0) said.push(`${plural(broken, 'line')} of the history could not be read: broken off, or edited.`);
  if (newer > 0) said.push(`${plural(newer, 'line')} of the history ${newer === 1 ? 'was' : 'were'} written by a newer slotstorm.`);
  return [...said, ...trouble];
}
