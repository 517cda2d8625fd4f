import { type LookupAddress, type LookupAllOptions, type LookupOptions, lookup } from 'node:dns';
import { Agent } from 'undici';
import { addressProblem } from './destination.js';

/** Nothing may be sent there. Trying again does not help. */
export class RefusedDestination extends Error {
  override readonly name = 'RefusedDestination';
  readonly code = 'REFUSED_DESTINATION';
}

type Answer = (error: Error | null, address?: string | LookupAddress[], family?: number) => void;

/** As `lookup` of `node:dns` does it: all addresses of a name. */
export type NameLookup = (name: string, options: LookupAllOptions, answer: (error: Error | null, addresses: LookupAddress[]) => void) => void;

/**
 * Connects only to addresses that webhooks may go to. What is checked is the very address that is connected to: a name that
 * answers differently the second time slips nothing through.
 */
export function guardedAgent(allowsPrivate: boolean, timeoutMs: number, findAddresses: NameLookup = lookup): Agent {
  const resolve = (name: string, options: LookupOptions, answer: Answer): void => {
    findAddresses(name, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return answer(error);
      const problem = firstProblem(addresses, allowsPrivate);
      if (problem !== undefined) return answer(new RefusedDestination(problem));
      if (options.all === true) return answer(null, addresses);
      const [first] = addresses;
      return first === undefined ? answer(new Error('the name has no address')) : answer(null, first.address, first.family);
    });
  };
  return new Agent({
    connect: { lookup: resolve as never, timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    keepAliveTimeout: 1000,
    maxHeaderSize: 16_384,
    pipelining: 1,
  });
}

/** One bad address among good ones is enough: the socket may choose any of them. */
function firstProblem(addresses: readonly LookupAddress[], allowsPrivate: boolean): string | undefined {
  for (const { address } of addresses) {
    const problem = addressProblem(address, allowsPrivate);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
