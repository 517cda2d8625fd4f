import type { ParentLine } from './load-child.js';
import type { ToChild } from './messages.js';

/** The line to the process that has forked this one. */
export const parentLine: ParentLine = {
  send: (message, sent) => {
    process.send?.(message, undefined, undefined, () => sent?.());
  },
  onMessage: (listener) => {
    process.on('message', (message) => listener(message as ToChild));
  },
  onHangUp: (listener) => {
    process.on('disconnect', listener);
    // Ctrl-C reaches every process of the terminal. What then becomes of the run is the parent's to say.
    process.on('SIGINT', () => {});
    process.on('SIGTERM', () => {});
  },
  exit: (code) => process.exit(code),
};
