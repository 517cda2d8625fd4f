/** When requests come: a sequence of gaps in whole µs, the first one counted from the start of the run. */
export interface ArrivalProcess {
  /** From the last arrival to the next; -1 after the last. */
  nextGapUs(): number;
}
