import type { RouteOptions } from 'fastify';

interface Served {
  readonly pattern: RegExp;
  /** Ends in `*`: serves what no other path does. */
  readonly isCatchAll: boolean;
  readonly methods: Set<string>;
}

/** Which methods each path knows: 405 and its Allow header. Asked only where no route was found. */
export class MethodTable {
  readonly #served = new Map<string, Served>();

  readonly add = ({ url, method }: RouteOptions): void => {
    const served = this.#served.get(url) ?? { pattern: patternOf(url), isCatchAll: url.endsWith('*'), methods: new Set() };
    this.#served.set(url, served);
    for (const name of Array.isArray(method) ? method : [method]) served.methods.add(name);
  };

  /** @param path without its query @returns sorted; none: there is no such path */
  methodsOf(path: string): readonly string[] {
    const exact = this.#methods(path, false);
    return exact.length > 0 ? exact : this.#methods(path, true);
  }

  #methods(path: string, isCatchAll: boolean): readonly string[] {
    const matching = [...this.#served.values()].filter((served) => served.isCatchAll === isCatchAll && served.pattern.test(path));
    return [...new Set(matching.flatMap(({ methods }) => [...methods]))].sort();
  }
}

function patternOf(url: string): RegExp {
  const source = url
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/:[^/]+/g, '[^/]+')
    .replace(/\*/g, '.*');
  return new RegExp(`^${source}$`);
}
