/** A file that was given as a result, a baseline or a history is none that can be used: exit code 104, or 96 where `exitCode` says so. */
export class ResultError extends Error {
  override readonly name = 'ResultError';

  /** @param message where, what was expected, what came, what to do */
  constructor(
    message: string,
    readonly exitCode = 104,
  ) {
    super(message);
  }
}
