import { describeStep } from '../../scenario/describe-step.js';
import type { StepSpec } from '../../scenario/types.js';
import type { PlatformView } from './live-world.js';

/** What owners and clients do every day is no incident. */
const EVERYDAY: ReadonlySet<StepSpec['do']> = new Set(['burst', 'cancel', 'disconnect', 'set-limit', 'invoice-paid', 'release-stuck', 'revoke-key']);
const MOST = 100;

type Incident = { readonly atUs: number; readonly untilUs: number | undefined; readonly text: string };

/** What was done to the platform, for the status page. Names no account. */
export class IncidentLog {
  private readonly incidents: Incident[] = [];

  began(step: StepSpec, atUs: number): void {
    if (EVERYDAY.has(step.do)) return;
    const untilUs = 'forUs' in step ? atUs + step.forUs : atUs;
    this.incidents.push({ atUs, untilUs, text: textOf(step) });
    if (this.incidents.length > MOST) this.incidents.shift();
  }

  list(): PlatformView['incidents'] {
    return [...this.incidents].reverse();
  }
}

function textOf(step: StepSpec): string {
  return 'account' in step ? step.do.replaceAll('-', ' ') : describeStep(step);
}
