import type { ToolVerdict } from '../../measure/live-result.js';

/** k6's own exit codes (v2.2, errext/exitcodes). */
const MEANINGS: Readonly<Record<number, string>> = {
  0: 'all of its thresholds met',
  97: 'a cloud run failed',
  98: 'progress of a cloud run could not be had',
  99: 'thresholds crossed',
  100: 'setup took too long',
  101: 'teardown took too long',
  103: 'stopped over its REST API',
  104: 'invalid options',
  105: 'interrupted',
  106: 'its REST API could not start',
  107: 'the script threw',
  108: 'the script aborted the test',
  109: 'k6 itself broke down',
  110: 'the script failed the test',
  255: 'a bad flag, or a file not found',
};

/** With these alone k6 has played its whole script: whatever else ends it, what it sent is no load. */
const WHOLE: ReadonlySet<number> = new Set([0, 99]);

export interface Exit {
  /** null: a signal ended it. */
  readonly code: number | null;
  /** Whether we interrupted it, since the run was over. */
  readonly wasStopped: boolean;
}

/** k6's word about a run of several processes: the first that did not pass speaks for all. */
export function toolVerdict(version: string, exits: readonly Exit[]): ToolVerdict {
  const { code, wasStopped } = exits.find((exit) => !passed(exit)) ?? exits.find((exit) => exit.code !== 0) ?? (exits[0] as Exit);
  const meaning = code === null ? 'ended by a signal' : (MEANINGS[code] ?? 'no code of k6');
  return {
    tool: `k6 ${version}`,
    exitCode: code ?? -1,
    meaning: wasStopped && code === 105 ? 'stopped by slotstorm when the run was over' : meaning,
    passed: exits.every(passed),
  };
}

function passed({ code, wasStopped }: Exit): boolean {
  return code === 0 || (wasStopped && code === 105);
}

/** Why a run with this end cannot pass; undefined: that is not for k6 to say. @param said the end of what it wrote */
export function brokenBy({ code, wasStopped }: Exit, said: string): string | undefined {
  const isBroken = code === null || code === 105 ? !wasStopped : !WHOLE.has(code);
  if (!isBroken) return undefined;
  return `k6 ended with ${code ?? 'a signal'} (${code === null ? 'killed' : (MEANINGS[code] ?? 'no code of k6')})${said === '' ? '' : `: ${said}`}`;
}
