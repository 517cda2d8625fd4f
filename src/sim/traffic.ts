import type { Call, FlowSpec } from '../scenario/types.js';

/** A class of requests that share everything the metrics ask about. */
export interface TrafficClass {
  readonly account: string;
  readonly key: string;
  readonly endpoint: string;
  readonly mode: Call;
}

/** Numbers the classes in order of first use, so that a request carries an integer instead of four names. */
export class TrafficBook {
  readonly classes: TrafficClass[] = [];
  private readonly numbers = new Map<string, number>();

  numberOf(flow: Pick<FlowSpec, 'call'>, account: string, key: string, endpoint: string): number {
    const id = pathOf([account, key, endpoint, flow.call]);
    let number = this.numbers.get(id);
    if (number === undefined) {
      number = this.classes.push({ account, key, endpoint, mode: flow.call }) - 1;
      this.numbers.set(id, number);
    }
    return number;
  }
}

/** Several names as one, the same for no two lists of names: each with its length before it. */
export function pathOf(names: readonly string[]): string {
  let path = '';
  for (const name of names) path += `${name.length}:${name}`;
  return path;
}
