import type { Dice } from '../../../src/live/models/chance.js';
import type { Shot } from './shot.js';

/** Makes a request worse. */
export type Fault = (shot: Shot, dice: Dice) => Shot;

export function withHeader(shot: Shot, name: string, value: string): Shot {
  return { ...shot, headers: [...shot.headers.filter(([one]) => one !== name), [name, value]] };
}
