import { xmlAttribute } from '../escape.js';
import { cutText } from '../format.js';

const MOST_CHARACTERS = 2_000;

/** ` name="value"` for each value, cut where it is longer than anybody reads. */
export function attributes(values: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(values)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .map(([name, value]) => ` ${name}="${xmlAttribute(cutText(value, MOST_CHARACTERS))}"`)
    .join('');
}

/** The element `properties` of a suite or a case. */
export function propertyLines(values: Readonly<Record<string, string>>, indent: string): string[] {
  const lines = Object.entries(values).map(([name, value]) => `${indent}  <property${attributes({ name, value })}/>`);
  return [`${indent}<properties>`, ...lines, `${indent}</properties>`];
}

/** `2026-01-02T03:04:05`: JUnit has neither fractions nor zones. undefined where the date is none. */
export function timestampOf(date: string): string | undefined {
  return /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?Z?$/.exec(date)?.[1];
}

/** A duration as JUnit writes it. */
export function seconds(value: number): string {
  return (Number.isFinite(value) ? value : 0).toFixed(3);
}
