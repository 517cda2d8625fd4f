import type { PresetName } from '../core/policy.js';
import type { Setting } from '../scenario/set-path.js';
import { FAULT_KINDS, type FaultKind } from '../scenario/types.js';

/** Within what stories are drawn. Plain data: it crosses to threads and lies in corpus files. */
export interface FuzzBounds {
  /** Its switches are kept; its times are drawn. */
  readonly policy: PresetName;
  /** `--set`: changes to every story, after its load and times were drawn and before its faults are. */
  readonly settings: readonly Setting[];
  /** Kinds of faults that a story may have; empty: none. */
  readonly faults: readonly FaultKind[];
  /** One account, one endpoint, few requests, crashes only. */
  readonly lite: boolean;
}

const LITE_FAULTS: readonly FaultKind[] = ['crash-runner', 'crash'];

/** The kinds of faults that stories within these bounds may have. */
export function faultsWithin({ faults, lite }: FuzzBounds): readonly FaultKind[] {
  return lite ? faults.filter((kind) => LITE_FAULTS.includes(kind)) : faults;
}

export const ALL_FAULTS: readonly FaultKind[] = FAULT_KINDS;
