/** Bundles the script of the worker threads. @param outfile where the bundle goes @param entry the script, under src/cli */
export function bundleWorker(outfile: string, entry?: string): Promise<void>;
