/** Bundles the script of the worker threads. @param outfile where the bundle goes */
export function bundleWorker(outfile: string): Promise<void>;
