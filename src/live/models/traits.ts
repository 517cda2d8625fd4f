/** What an endpoint's name asks for beside its model. */
export interface Traits {
  /** The id without what asks for it: `fal-ai/flux-failing-503` is `fal-ai/flux`. */
  readonly plainId: string;
  /** HTTP status that every request ends with; undefined: none. */
  readonly failure: number | undefined;
  /** How many times as long as the scenario says. */
  readonly slowness: number;
}

const SUFFIX = /-(?:(slow)|failing(?:-([45]\d\d))?)$/;
const SLOW = 10;
const FAILURE = 500;

/** Reads `-slow`, `-failing` and `-failing-<status>` (400 to 599) off the ends of all segments of an endpoint id. */
export function traitsOf(endpoint: string): Traits {
  let failure: number | undefined;
  let slowness = 1;
  const plain = endpoint.split('/').map((segment) => {
    let rest = segment;
    for (let found = SUFFIX.exec(rest); found !== null; found = SUFFIX.exec(rest)) {
      if (found[1] === undefined) failure = Number(found[2] ?? FAILURE);
      else slowness = SLOW;
      rest = rest.slice(0, found.index);
    }
    return rest;
  });
  return { plainId: plain.join('/'), failure, slowness };
}
