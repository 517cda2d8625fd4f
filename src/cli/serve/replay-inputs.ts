import { NO_SINK } from '../../core/history.js';
import type { LiveInput } from '../../live/driver/inputs.js';
import { LivePlatform, type PlatformWatcher } from '../../live/driver/live-platform.js';
import type { PreparedVariant } from '../../prepare.js';
import type { TraceSource } from '../../sim/trace.js';
import { UsageError } from '../failures.js';
import { noFile } from '../no-file.js';
import type { Files } from '../outside.js';
import type { RecordingEnd, RecordingHeader } from './input-recording.js';

/** What a recording came to when it was done again. */
export interface InputReplay {
  readonly inputs: number;
  readonly events: number;
  readonly endUs: number;
  readonly hash: string;
  /** undefined: the recording was cut off, there is nothing to compare with. */
  readonly recordedHash: string | undefined;
}

/** Does in virtual time what a recording says, at the times that it says. @throws UsageError for what is no recording of this scenario */
export function replayInputs(file: string, variant: PreparedVariant, files: Files, traceSource: TraceSource): InputReplay {
  const lines = linesOf(file, files);
  const header = headerOf(file, lines[0]);
  checkHeader(file, header, variant);
  const platform = new LivePlatform({ scenario: variant.scenario, seed: header.seed, startUs: 0, timeOfDayUs: 0, traceSource }, NOBODY);
  let inputs = 0;
  let end: RecordingEnd | undefined;
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue;
    const said = parseLine(file, index, line);
    if (!Array.isArray(said)) {
      end = said as RecordingEnd;
      break;
    }
    const [atUs, input] = said as [number, LiveInput];
    platform.advanceTo(atUs);
    platform.apply(input);
    inputs++;
  }
  if (end !== undefined) platform.advanceTo(end.endUs);
  return { inputs, events: platform.platform.history.events, endUs: platform.nowUs, hash: platform.hash, recordedHash: end?.hash };
}

function linesOf(file: string, files: Files): string[] {
  if (!files.isFile(file)) throw new UsageError(`--inputs: expected a recording of slotstorm serve --record, but ${noFile(file, files)}`);
  const lines = files.readText(file).split('\n');
  // A process that was killed leaves a last line without an end.
  lines.pop();
  return lines;
}

function headerOf(file: string, line: string | undefined): RecordingHeader {
  const header = line === undefined ? undefined : (parseLine(file, 0, line) as Partial<RecordingHeader>);
  if (header?.recording === 1 && typeof header.seed === 'number') return header as RecordingHeader;
  throw new UsageError(`--inputs: expected a recording of slotstorm serve --record, got a file that does not begin like one: ${file}`);
}

function checkHeader(file: string, header: RecordingHeader, { name, scenario }: PreparedVariant): void {
  const recorded = header.variant === null ? header.scenario : `${header.scenario}, variant ${header.variant}`;
  const given = name === undefined ? scenario.name : `${scenario.name}, variant ${name}`;
  if (recorded !== given) throw new UsageError(`--inputs: ${file} was recorded with the scenario ${recorded}, got ${given}`);
}

function parseLine(file: string, index: number, line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new UsageError(`--inputs: ${file}:${index + 1}: expected a line of JSON`);
  }
}

const nothing = (): void => {};
const NOBODY: PlatformWatcher = {
  attach: nothing,
  ...NO_SINK,
  requestEnded: nothing,
  keyRefused: nothing,
  stepBegan: nothing,
};
