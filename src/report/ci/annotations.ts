import type { ResultFile } from '../../measure/result.js';
import { formatMargin, plural } from '../format.js';
import { shortLine } from './short-line.js';
import { checkName, quarantineText, type Standing, seedsText, standingChecks } from './standing.js';

/** GitHub shows no more of each type from one step. */
const MOST_A_TYPE = 10;

export type AnnotationType = 'error' | 'warning' | 'notice';

/** Something to say at a line of a scenario file. */
export interface Annotation {
  readonly type: AnnotationType;
  /** As given on the command line; undefined: it belongs to no file. */
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly title: string;
  readonly message: string;
}

const TYPES: Readonly<Partial<Record<Standing, AnnotationType>>> = { failed: 'error', undecided: 'error', warned: 'warning' };

/** All that a reviewer should see at its place, the most severe first. Parts of a run say nothing: their merge does. */
export function annotationsOf(results: readonly ResultFile[]): Annotation[] {
  const all = results.filter((result) => result.shard == null).flatMap((result) => [...checkAnnotations(result), ...removable(result)]);
  // What failed comes before what could not be decided, over all scenarios.
  return all.toSorted((a, b) => a.rank - b.rank).map(({ annotation }) => annotation);
}

/** The first ten of each type; where there are more, the tenth says how many. */
export function limited(annotations: readonly Annotation[]): Annotation[] {
  return (['error', 'warning', 'notice'] as const).flatMap((type) => {
    const own = annotations.filter((annotation) => annotation.type === type);
    if (own.length <= MOST_A_TYPE) return own;
    const hidden = own.length - MOST_A_TYPE + 1;
    const rest = { type, file: undefined, line: undefined, title: 'slotstorm', message: `${plural(hidden, 'more check')}: see the summary of this job` };
    return [...own.slice(0, MOST_A_TYPE - 1), rest];
  });
}

interface Ranked {
  readonly rank: number;
  readonly annotation: Annotation;
}

function checkAnnotations(result: ResultFile): Ranked[] {
  const { name, file } = result.scenario;
  return standingChecks(result).flatMap(({ standing, gate }) => {
    const type = TYPES[standing];
    if (type === undefined) return [];
    const facts = [`was ${gate.actual}, limit ${gate.limit}, margin ${formatMargin(gate.margin)}`, seedsText(gate), gate.note].filter((fact) => fact !== '');
    const words = { failed: 'failed', undecided: 'undecided', warned: 'warning' }[standing as 'failed' | 'undecided' | 'warned'];
    const annotation = {
      type,
      file,
      line: gate.place?.line,
      title: shortLine(`${name}: ${gate.kind} ${words}`, 120),
      message: shortLine(`${checkName(gate)}: ${facts.join('; ')}. Run again: ${result.scenario.rerun}`, 800),
    };
    return [{ rank: standing === 'failed' ? 0 : 1, annotation }];
  });
}

/** Entries of the quarantine file that nothing needs any more. */
function removable(result: ResultFile): Ranked[] {
  const { name, file } = result.scenario;
  return (result.gate?.quarantine ?? [])
    .filter(({ state }) => state === 'removable')
    .map((entry) => ({
      rank: 2,
      annotation: {
        type: 'notice' as const,
        file,
        line: undefined,
        title: shortLine(`${name}: quarantine can go`, 120),
        message: shortLine(`${entry.check} passes, but is ${quarantineText(entry)}. Remove its entry.`, 800),
      },
    }));
}

/** `::error file=…,line=…,title=…::…` @param file relative to the workspace, if it lies in it */
export function githubCommand({ type, line, title, message }: Annotation, file: string | undefined): string {
  const properties = [
    ...(file === undefined ? [] : [`file=${property(file)}`]),
    ...(file === undefined || line === undefined ? [] : [`line=${line}`]),
    `title=${property(title)}`,
  ];
  return `::${type} ${properties.join(',')}::${data(message)}`;
}

/** `scenarios/a.yaml:12: error: …`: what compilers print, and most servers know how to read. */
export function plainAnnotation({ type, line, title, message }: Annotation, file: string | undefined): string {
  const where = file === undefined ? 'slotstorm' : `${shortLine(file, 400)}${line === undefined ? '' : `:${line}`}`;
  return `${where}: ${type}: ${title}: ${message}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
