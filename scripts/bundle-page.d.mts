/** Bundles the script of an HTML page: the report's, or another one's. @returns its text */
export function bundlePage(page?: 'report' | 'replay' | 'plan' | 'playground' | 'live-playground'): Promise<string>;
/** Bundles the scripts of all pages to where the command line finds them. */
export function bundlePages(): Promise<void>;
