import { formatDurationUs } from '../../core/units.js';
import { Suspects } from '../suspects.js';
import type { Episode, LeaseTrace, RequestTrace } from '../traces.js';
import { Checker } from './checker.js';
import type { Scene } from './scene.js';

/** A request that got another slot while it held this one. */
interface SecondSlot extends Episode {
  readonly trace: RequestTrace;
  readonly former: LeaseTrace;
  readonly generation: number;
  readonly second: LeaseTrace;
}

export class OneSlotChecker extends Checker {
  private readonly suspects: Suspects<SecondSlot>;

  constructor(scene: Scene) {
    super('S-ONE', scene);
    this.suspects = new Suspects(scene.truth.suspectCount);
  }

  /** A request gets a slot, or a lease of it is there again. */
  granted(trace: RequestTrace, lease: LeaseTrace): void {
    this.examined++;
    if (trace.leases === 0) return;
    const { nowUs, view, truth } = this.scene;
    for (const former of truth.leasesOf(trace)) {
      this.suspects.add({ trace, former, generation: former.generation, second: lease, sinceUs: nowUs, event: view.history.events });
    }
  }

  timePassed(): void {
    const { suspects, scene } = this;
    while (!suspects.isEmpty) {
      const { trace, former, generation, second, sinceUs, event } = suspects.oldest;
      const holdsBoth = former.live && former.generation === generation && former.holder === trace && second.live && second.holder === trace;
      if (holdsBoth) {
        const lastedUs = scene.lastedUs(sinceUs);
        if (lastedUs <= scene.grace.releaseUs) return;
        const both = `lease ${former.number} since ${formatDurationUs(former.grantedUs)} and lease ${second.number} since ${formatDurationUs(sinceUs)}`;
        this.blame(trace, `holds two slots: ${both}`, { leases: [former, second], since: { sinceUs, event } });
      }
      suspects.dropOldest();
    }
  }

  finish(): void {
    if (!this.suspects.isEmpty) this.leaveOpen('a request held two slots at the end, and may for the release latency: make recovery longer');
  }
}
