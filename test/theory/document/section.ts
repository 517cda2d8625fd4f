/** A part of docs/validation.md that says what runs showed. */
export interface DocumentSection {
  readonly heading: string;
  /** The whole section, heading included. Computed from runs, once. @throws Error where a result contradicts theory */
  text(): string;
}
