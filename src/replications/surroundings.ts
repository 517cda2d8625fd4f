/** What goes on around the runs of this process. */
export interface Surroundings {
  /** Lets timers, signals and the terminal have their turn. */
  breathe(): Promise<void>;
  /** ms on a clock that never goes backwards. */
  monotonicMs(): number;
  /** Aborted when the user interrupts; its reason is what is thrown. */
  readonly interrupt: AbortSignal;
}

/** Waits for some work, but no longer than until the user interrupts. @throws the interrupt's reason */
export async function unlessInterrupted<T>(work: Promise<T>, interrupt: AbortSignal): Promise<T> {
  interrupt.throwIfAborted();
  let stop = (): void => undefined;
  const interrupted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(interrupt.reason);
  });
  interrupt.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, interrupted]);
  } finally {
    interrupt.removeEventListener('abort', stop);
  }
}
