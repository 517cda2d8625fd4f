import type { LoadDriver } from '../driver.js';
import { processDriver } from '../process/process-driver.js';
import { engineComplaints } from './complaints.js';

/** Our own engine, in load processes. @param script what they run: `cli/load-process`, compiled */
export function engineDriver(script: string): LoadDriver {
  return processDriver('engine', engineComplaints, script);
}
