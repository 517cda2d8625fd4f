import { EXIT_CODES } from '../measure/exit-codes.js';

/** Something between a plan and its workers is wrong, or Redis is not there. The message says what to do. */
export class WorkersError extends Error {
  override readonly name = 'WorkersError';

  constructor(
    message: string,
    readonly exitCode: number = EXIT_CODES.invalid.code,
  ) {
    super(message);
  }
}
