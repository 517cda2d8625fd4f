/** The module of a limiter of one's own, ready to be read by any thread. */
export interface LimiterModule {
  /** As it was given, for messages and commands. */
  readonly file: string;
  /** Path of the bundle of it and of what it imports. */
  readonly bundle: string;
}
