import type { FuzzBounds } from '../../fuzz/bounds.js';
import { faultsWithin } from '../../fuzz/bounds.js';
import type { CampaignResult } from '../../fuzz/campaign.js';
import { type Coverage, gapsIn, type MessageFate } from '../../fuzz/coverage.js';
import type { Discovery } from '../../fuzz/discovery.js';
import type { RetellDone } from '../../fuzz/jobs.js';
import { isMostlyDecided } from '../../fuzz/undecided.js';
import { EXIT_CODES } from '../../measure/exit-codes.js';
import { terminalText } from '../../report/escape.js';
import type { CorpusStory } from './corpus.js';
import { counted, failureText } from './story-file.js';

/** A discovery and where it was written. */
export interface WrittenDiscovery {
  readonly discovery: Discovery;
  readonly path: string;
  /** undefined: it has no history. */
  readonly trace: string | undefined;
  /** The command that shows it. */
  readonly seeIt: string;
  /** The command that finds it again. */
  readonly findIt: string;
}

/** What a story of the corpus came to, and where it was written if it is broken. */
export interface RetoldStory {
  readonly known: CorpusStory;
  /** undefined: it was not run. */
  readonly done: RetellDone | undefined;
  readonly story: string | undefined;
  /** The command that shows it. */
  readonly seeIt: string | undefined;
}

export interface CampaignReport {
  readonly result: CampaignResult;
  readonly bounds: FuzzBounds;
  /** How many seeds of the corpus were run first. */
  readonly known: number;
  /** Every story of the corpus. */
  readonly retold: readonly RetoldStory[];
  readonly firstSeed: number;
  readonly written: readonly WrittenDiscovery[];
  readonly code: number;
  /** The command without its budget. */
  readonly command: string;
}

const ENDED: Readonly<Record<CampaignResult['ended'], string>> = { budget: '', failure: ', stopped at the first failure', interrupted: ', interrupted' };

/** What the terminal shows of a campaign. @param quiet one line, and one for each discovery */
export function campaignText(report: CampaignReport, quiet: boolean): string {
  const lines = [headLine(report), ...corpusLines(report, quiet)];
  if (quiet) lines.push(...report.written.map(({ discovery, path }) => `${discovery.name} seed ${discovery.seed} ${path}`));
  else
    lines.push(...report.written.flatMap(discoveryLines), ...coverageLines(report.result.coverage, report.bounds), ...gapLines(report.result, report.bounds));
  return `${lines.map(terminalText).join('\n')}\n`;
}

function headLine({ result, bounds, known, retold, code }: CampaignReport): string {
  const { runs, undecided, failures, searchMs, ended, discoveries } = result;
  const seconds = searchMs / 1_000;
  const perSecond = Math.round(runs / Math.max(0.001, seconds)).toLocaleString('en-US');
  const corpus = known === 0 ? '' : `, ${counted(known, 'seed')} of the corpus first`;
  const open = undecided === 0 ? '' : `, ${undecided.toLocaleString('en-US')} undecided`;
  const little =
    isMostlyDecided(result) || code !== EXIT_CODES.undecided.code
      ? ''
      : ': too many ended too early to say; give them a longer recovery, or leave out what shortens it';
  const brokenStories = retold.filter(({ done }) => done?.failure !== undefined).length;
  const stories = brokenStories === 0 ? '' : `${counted(brokenStories, 'story', 'stories')} of the corpus broken, `;
  const found =
    failures === 0
      ? `${stories === '' ? 'nothing' : 'nothing else'} broken`
      : `${counted(failures, 'run')} failed, ${counted(discoveries.length, 'discovery', 'discoveries')}`;
  return `fuzz ${bounds.policy}: ${counted(runs, 'run')} in ${seconds.toFixed(1)} s (${perSecond} a second)${corpus}${ended === 'budget' ? '' : ENDED[ended]}: ${stories}${found}${open}${little} (exit code ${code})`;
}

/** One line a story; told to be quiet: only of those that do not hold. */
function corpusLines({ retold }: CampaignReport, quiet: boolean): string[] {
  const shown = quiet ? retold.filter(({ done }) => done?.state !== 'holds now') : retold;
  if (shown.length === 0) return [];
  const lines = shown.flatMap(({ known: { found = 'anything', path }, done, seeIt }) => {
    const line = `${found} ${done?.state ?? 'not run'}: ${path}`;
    if (quiet || done?.failure === undefined) return [line];
    return [line, `  ${failureText(done.failure)}`, `  see it:  ${seeIt ?? ''}`];
  });
  return quiet ? lines : ['', 'Stories of the corpus:', ...lines.map((line) => `  ${line}`)];
}

function discoveryLines({ discovery, path, seeIt, findIt }: WrittenDiscovery): string[] {
  const { name, seed, failure, times, shrunk } = discovery;
  const size =
    shrunk === undefined
      ? 'as drawn, not shrunk'
      : `${counted(shrunk.shrunk.requests, 'request')}, ${counted(shrunk.shrunk.steps, 'step')}; drawn with ${shrunk.drawn.requests} and ${shrunk.drawn.steps}${shrunk.finished ? '' : '; more tries may find less'}`;
  return [
    '',
    `${name}: ${failureText(failure)}`,
    `  first seed ${seed}, ${counted(times, 'run')} in all`,
    `  ${path} (${size})`,
    `  see it:  ${seeIt}`,
    `  find it: ${findIt}`,
  ];
}

function coverageLines(coverage: Coverage, bounds: FuzzBounds): string[] {
  const allowed = faultsWithin(bounds);
  if (allowed.length === 0) return ['', 'No faults were allowed: only load, limits and deadlines were tried.'];
  const kinds = allowed.map((kind) => `${kind} ${coverage.hit[kind] ?? 0}/${coverage.on[kind] ?? 0}`);
  const lines = ['', 'Faults that found a victim, of the runs that had them:', ...wrapped(kinds)];
  lines.push(...countLines('Crashes between two steps:', coverage.crashPoints));
  for (const fate of FATES) lines.push(...countLines(`Messages ${fate}:`, coverage.messages[fate]));
  lines.push(...countLines('Runs that exercised:', coverage.exercised));
  return lines;
}

function countLines(title: string, counts: Readonly<Partial<Record<string, number>>>): string[] {
  const met = Object.entries(counts).filter(([, times]) => (times ?? 0) > 0);
  if (met.length === 0) return [];
  const inOrder = met.sort(([, one], [, other]) => (other ?? 0) - (one ?? 0));
  return [title, ...wrapped(inOrder.map(([name, times]) => `${name} ${times}`))];
}

/** Said aloud: what was allowed and never met has not been tried. */
function gapLines({ coverage, ended }: CampaignResult, bounds: FuzzBounds): string[] {
  // Whoever stopped at the first failure has not tried to meet everything.
  if (ended !== 'budget') return [];
  const { absent, missed, crashPoints, messages } = gapsIn(coverage, faultsWithin(bounds));
  const gaps: readonly (readonly [string, readonly string[]])[] = [
    ['NEVER DRAWN:', absent],
    ['NEVER FOUND A VICTIM:', missed],
    ['NEVER CRASHED BETWEEN:', crashPoints],
    ['NEVER LOST:', messages],
  ];
  const named = gaps.filter(([, names]) => names.length > 0);
  return named.length === 0 ? [] : ['', 'Nothing was learnt about these:', ...named.flatMap(([what, names]) => wrapped([...names], `  ${what}`))];
}

const FATES: readonly MessageFate[] = ['lost', 'late', 'twice'];

const WIDTH = 98;

/** As many on a line as fit. @param head what the first line begins with */
function wrapped(items: readonly string[], head = ' '): string[] {
  const lines: string[] = [];
  let line = head;
  let isFirst = true;
  for (const item of items) {
    if (!isFirst && line.length + item.length + 2 > WIDTH) {
      lines.push(line);
      line = '   ';
      isFirst = true;
    }
    line += `${isFirst ? ' ' : ', '}${item}`;
    isFirst = false;
  }
  return [...lines, line];
}
