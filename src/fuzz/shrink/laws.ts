import { US_PER_SECOND } from '../../core/time.js';
import { durationText } from '../../scenario/duration-text.js';
import { meanOfLawUs } from '../../scenario/durations.js';
import { readStory } from '../story.js';
import { copyOf, type Reduction } from './reduction.js';

/** Work that always takes the same. */
export const constantService: Reduction = {
  name: 'constant service',
  *candidates(story) {
    const read = readStory(story);
    if ('problems' in read) return;
    for (const [n, { service }] of read.scenario.platform.endpoints.entries()) {
      const meanUs = meanOfLawUs(service);
      if (service.kind === 'constant' || meanUs === undefined) continue;
      for (const us of new Set([meanUs, 2 * meanUs, meanUs / 2].map(rounded))) {
        const changed = copyOf(story);
        (changed.platform.endpoints[n] as { service: unknown }).service = durationText(us);
        yield changed;
      }
    }
  },
};

function rounded(us: number): number {
  return us < US_PER_SECOND ? Math.max(1, Math.round(us)) : Math.round(us / US_PER_SECOND) * US_PER_SECOND;
}
