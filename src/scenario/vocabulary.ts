import {
  CrashPoint,
  type CrashPointName,
  Link,
  type LinkName,
  Message,
  type MessageName,
  PART_OF_POINT,
  Part,
  type PartName,
  ROUTES,
} from '../core/topology.js';

/** The words of faults, as scenarios spell them, and what belongs together. */

export const PART_NAMES = namesOf(Part);
export const LINK_NAMES = namesOf(Link);
export const MESSAGE_NAMES = namesOf(Message);
export const CRASH_POINT_NAMES = namesOf(CrashPoint);

/** The link that a message takes. */
export function linkOf(message: MessageName): LinkName {
  return nameIn(Link, ROUTES[Message[message]].link);
}

/** The messages that take a link. */
export function messagesOn(link: LinkName): MessageName[] {
  return MESSAGE_NAMES.filter((message) => linkOf(message) === link);
}

/** The part that can crash there. */
export function partAt(point: CrashPointName): PartName {
  return nameIn(Part, PART_OF_POINT[CrashPoint[point]]);
}

/** Who sends a message, and to whom. */
export function endsOf(message: MessageName): { readonly from: PartName; readonly to: PartName } {
  const { from, to } = ROUTES[Message[message]];
  return { from: nameIn(Part, from), to: nameIn(Part, to) };
}

function namesOf<T extends Record<string, number>>(words: T): readonly [keyof T & string, ...(keyof T & string)[]] {
  return Object.keys(words) as [keyof T & string, ...(keyof T & string)[]];
}

function nameIn<T extends Record<string, number>>(words: T, number: number): keyof T & string {
  return Object.keys(words).find((name) => words[name] === number) as keyof T & string;
}
