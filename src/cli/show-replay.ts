import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Replay } from '../replay/replay.js';
import { terminalText } from '../report/escape.js';
import { fileStem } from '../report/runs.js';
import { VERSION } from '../version.js';
import { OutputFolder } from './output-folder.js';
import type { Outside } from './outside.js';

export interface ReplayOutputs {
  readonly out: string;
  readonly text: boolean;
  readonly html: boolean;
  readonly json: boolean;
}

/** Without a choice the terminal shows only what lies around the event to look at: the page has the rest. */
const EXCERPT = { before: 30, after: 20 };

/** Prints and writes a replay, each form that is asked for. */
export async function showReplay(replay: Replay, options: ReplayOutputs, outside: Outside): Promise<void> {
  const { text, html, json } = options;
  const nothingChosen = !text && !html && !json;
  if (json) outside.out.write(`${JSON.stringify(replay)}\n`);
  if (text || nothingChosen) await printText(replay, nothingChosen ? EXCERPT : undefined, outside);
  if (!html && !nothingChosen) return;
  const path = await writePage(replay, options.out, outside);
  // Standard output is for data alone, if data is asked for.
  (json ? outside.err : outside.out).write(`page: ${terminalText(path)}\n`);
}

async function printText(replay: Replay, near: typeof EXCERPT | undefined, { out, env }: Outside): Promise<void> {
  const { renderReplayText } = await import('../report/replay/text.js');
  out.write(`${renderReplayText(replay, { colour: out.isTTY && env['NO_COLOR'] === undefined, near })}\n`);
}

/** @returns the page's path */
async function writePage(replay: Replay, out: string, outside: Outside): Promise<string> {
  const { renderReplayPage } = await import('../report/replay/page.js');
  const folder = new OutputFolder(out, folderName(replay), outside.files, String(process.pid));
  try {
    folder.write('replay.html', renderReplayPage(replay, { pageScript: pageScript(), version: VERSION }));
    folder.commit();
  } catch (error) {
    folder.discard();
    throw error;
  }
  return `${folder.path}/replay.html`;
}

function folderName({ scenario, variant, seed }: Replay): string {
  return [scenario.name, ...(variant === undefined ? [] : [fileStem(variant)]), seed, 'replay'].join('-');
}

/** The bundled script of the page, which the build puts beside the compiled report. */
function pageScript(): string {
  return readFileSync(fileURLToPath(new URL('../../dist/report/replay.bundle.js', import.meta.url)), 'utf8');
}
