/** Bundles the script of the HTML report. @returns its text */
export function bundlePage(): Promise<string>;
