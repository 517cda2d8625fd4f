/** Bundles the script of the worker threads. @param outfile where the bundle goes @param entry the script, under src/cli */
export function bundleWorker(outfile: string, entry?: string): Promise<void>;

/** Bundles the scripts of a load process and of its threads. @returns the path of the load process's */
export function bundleLoadProcess(folder: string): Promise<string>;
