import { BackoffSection } from '../backoff/section.js';
import { GENERAL_SERVICE } from '../groups/general-service.js';
import { IMPATIENCE } from '../groups/impatience.js';
import { LOSS } from '../groups/loss.js';
import { MANY_SERVERS } from '../groups/many-servers.js';
import { OTHER_ARRIVALS } from '../groups/other-arrivals.js';
import { BoundsSection } from './bounds-section.js';
import { GroupSection } from './group-section.js';
import { HEAD } from './head.js';

/** The parts of docs/validation.md after its head, in order. */
export interface DocumentSections {
  readonly manyServers: GroupSection;
  readonly generalService: GroupSection;
  readonly otherArrivals: GroupSection;
  readonly impatience: GroupSection;
  readonly loss: GroupSection;
  readonly bounds: BoundsSection;
  readonly backoff: BackoffSection;
}

/** Nothing has run yet: each section runs its points when it is asked for them. */
export function documentSections(): DocumentSections {
  return {
    manyServers: new GroupSection(MANY_SERVERS),
    generalService: new GroupSection(GENERAL_SERVICE),
    otherArrivals: new GroupSection(OTHER_ARRIVALS),
    impatience: new GroupSection(IMPATIENCE),
    loss: new GroupSection(LOSS),
    bounds: new BoundsSection(),
    backoff: new BackoffSection(),
  };
}

/** Everything that `npm run validation` writes, by file. Runs every point: about a minute. */
export function validationFiles(): Readonly<Record<string, string>> {
  const sections = documentSections();
  const text = [HEAD, ...Object.values(sections).map((section: DocumentSections[keyof DocumentSections]) => section.text())].join('\n\n');
  return { 'docs/validation.md': `${text}\n`, 'docs/backoff-waits.svg': sections.backoff.figure() };
}
