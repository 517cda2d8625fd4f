import type { Argv } from 'yargs';
import { ALLOWABLE, type Allowable } from '../../measure/comparison/comparability.js';
import { shellWord } from '../../shell-commands.js';
import { nameOf, namesOf, pathText } from '../option-values.js';

export const DEFAULT_BASELINES = 'reports/baselines';
/** Read from the current folder when it is there. */
export const DEFAULT_QUARANTINE = 'slotstorm.quarantine.yaml';

const FAIL_ON = ['error', 'warn'] as const;
/** What a scenario comes to that is to be held against a baseline where there is none. */
const MISSING_BASELINE = ['undecided', 'pass'] as const;
const OPEN = ['never', 'on-failure', 'always'] as const;

/** What a run is judged by beside its scenario. */
export interface JudgeArguments {
  /** Folder or file; undefined: the usual folder, for scenarios that ask for a baseline. */
  readonly baseline: string | undefined;
  /** For scenarios that do not ask for a baseline themselves. */
  readonly missingBaseline: (typeof MISSING_BASELINE)[number];
  /** What may differ from the baseline. */
  readonly allow: readonly Allowable[];
  /** undefined: the usual file, if it is there. */
  readonly quarantine: string | undefined;
  readonly failOn: (typeof FAIL_ON)[number];
  readonly exitZero: boolean;
}

export interface GateArguments extends JudgeArguments {
  readonly open: (typeof OPEN)[number];
}

/** Of every command that judges results. */
export function judgeOptions<T>(command: Argv<T>) {
  return command
    .option('baseline', {
      requiresArg: true,
      describe: 'Hold every scenario against its baseline in this folder, or against this file; exit code 97 for what got worse, 96 where there is none',
      defaultDescription: `${DEFAULT_BASELINES}, for scenarios that ask for it`,
      coerce: (value: unknown) => pathText('--baseline', value),
    })
    .option('missing-baseline', {
      requiresArg: true,
      default: 'undecided',
      describe:
        'With --baseline, and only there: a scenario that has none is undecided (exit code 96), or may pass, which is said on standard error with how to make one',
      offered: MISSING_BASELINE,
      coerce: (value: unknown) => nameOf('--missing-baseline', value, MISSING_BASELINE) ?? 'undecided',
    })
    .option('allow', {
      type: 'string',
      array: true,
      requiresArg: true,
      default: [] as string[],
      describe: `With a baseline: what differs from it on purpose: ${ALLOWABLE.join(', ')}`,
      offered: ALLOWABLE,
      coerce: (given: string[]) => namesOf('--allow', given, ALLOWABLE),
    })
    .option('quarantine', {
      requiresArg: true,
      describe: 'Checks that are known to fail, with owner, reason and expiry: shown, not counted',
      defaultDescription: `${DEFAULT_QUARANTINE}, if it is there`,
      coerce: (value: unknown) => pathText('--quarantine', value),
    })
    .option('fail-on', {
      requiresArg: true,
      default: 'error',
      describe: 'The lowest level that fails: error, or warn',
      offered: FAIL_ON,
      coerce: (value: unknown) => nameOf('--fail-on', value, FAIL_ON) ?? 'error',
    })
    .option('exit-zero', {
      type: 'boolean',
      default: false,
      describe: 'Report only: exit with 0 whatever the verdict is. Mistakes and crashes keep their codes',
    });
}

export function gateOptions<T>(command: Argv<T>) {
  return judgeOptions(command).option('open', {
    requiresArg: true,
    default: 'never',
    describe: 'Open the report in the browser: never, on-failure, always',
    offered: OPEN,
    coerce: (value: unknown) => nameOf('--open', value, OPEN) ?? 'never',
  });
}

/** The words that judge the same again. */
export function judgeWords({ baseline, missingBaseline, allow, quarantine, failOn }: JudgeArguments): string[] {
  return [
    ...(baseline === undefined ? [] : [`--baseline ${shellWord(baseline)}`]),
    ...(missingBaseline === 'undecided' ? [] : [`--missing-baseline ${missingBaseline}`]),
    ...allow.map((part) => `--allow ${part}`),
    ...(quarantine === undefined ? [] : [`--quarantine ${shellWord(quarantine)}`]),
    ...(failOn === 'error' ? [] : [`--fail-on ${failOn}`]),
  ];
}
