import { nearest } from './core/nearest-name.js';
import type { ExpectationComplaint, RawExpectations } from './measure/expectations.js';
import { parseSelector, type Selector } from './measure/thresholds.js';
import { Doubts } from './scenario/doubts.js';
import type { Scenario } from './scenario/types.js';

/**
 * Thresholds on accounts, keys, endpoints and modes that the scenario does not have: they would never have a sample. A
 * recorded trace brings accounts and endpoints of its own, so nothing is known of its names.
 * @param doubts what is wrong with the scenario: of names that could not be read nothing is known either
 */
export function complaintsAboutTags(raw: RawExpectations, scenario: Scenario, doubts: Doubts = new Doubts()): ExpectationComplaint[] {
  const { workload, steps } = scenario;
  if (workload.some(({ arrivals }) => arrivals.kind === 'trace') || doubts.touchesAny(['workload'], workload.length, [['arrivals', 'trace']])) return [];
  if (doubts.touchesAny(['steps'], steps.length, ['do'])) return [];
  const known = namesIn(scenario, doubts);
  const { expect: _, ...story } = scenario;
  // A step may bring a key or an account that nothing declares.
  const isMentioned = (value: string): boolean => JSON.stringify(story).includes(JSON.stringify(value));
  return Object.keys(raw.thresholds).flatMap((name): ExpectationComplaint[] => {
    const selector = parseSelector(name);
    const complaint = 'complaint' in selector ? undefined : complaintAbout(selector, known, isMentioned);
    return complaint === undefined ? [] : [{ path: ['thresholds', name], aboutName: true, complaint }];
  });
}

type KnownNames = Readonly<Record<string, readonly string[]>>;

/** All names of a tag; none for a tag of which not all could be read. */
function namesIn({ platform: { accounts, endpoints }, workload, steps }: Scenario, doubts: Doubts): KnownNames {
  const isDoubtful = (part: 'accounts' | 'endpoints', length: number, ...fields: string[]): boolean => doubts.touchesAny(['platform', part], length, fields);
  const modesAreDoubtful = doubts.touchesAny(['workload'], workload.length, ['call']) || doubts.touchesAny(['steps'], steps.length, ['call']);
  return {
    ...(isDoubtful('accounts', accounts.length, 'id') ? {} : { account: accounts.map(({ id }) => id) }),
    ...(isDoubtful('accounts', accounts.length, 'id', 'keys') ? {} : { key: accounts.flatMap(({ id, keys }) => keys.flatMap((key) => [key, `${id}/${key}`])) }),
    ...(isDoubtful('endpoints', endpoints.length, 'id') ? {} : { endpoint: endpoints.map(({ id }) => id) }),
    ...(modesAreDoubtful ? {} : { mode: workload.map(({ call }) => call) }),
  };
}

function complaintAbout({ tags }: Selector, known: KnownNames, isMentioned: (value: string) => boolean): string | undefined {
  for (const [tag, value] of tags) {
    const names = known[tag];
    if (names === undefined || names.includes(value) || isMentioned(value)) continue;
    const near = nearest(value, names);
    return `unknown ${tag} "${value}"; ${near === undefined ? `the scenario has ${[...new Set(names)].slice(0, 8).join(', ')}` : `did you mean "${near}"?`}`;
  }
  return undefined;
}
