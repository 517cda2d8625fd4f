import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** Where CI runs, a missing browser is a failure and not a reason to look away. */
export const hasBrowser = existsSync(CHROMIUM) || process.env['CI'] !== undefined;
/** A browser and a bundle take their time on a busy machine. */
export const SETUP_MS = 60_000;

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ARGS });
}
