import type { ResultFile } from '../../measure/result.js';
import { type ChartEntry, chartsOf } from '../charts/catalogue.js';
import { offerPlayground } from '../playground/offer.js';
import { shownResult } from '../shown-result.js';
import { offerCopies } from './buttons.js';
import { ChartBoard } from './chart-board.js';
import { registerChartParts } from './charts/register.js';
import { startRowsSwitches } from './charts/rows-switch.js';
import { followPrinting, followScheme } from './media.js';
import { markCurrentSection, startTabs } from './navigation.js';
import { startRequests } from './requests/request-table.js';
import { readResultText } from './result-data.js';
import { offerResultFiles } from './result-files.js';

registerChartParts();

const root = document.documentElement;
root.classList.add('js');

async function start(): Promise<void> {
  const text = await readResultText();
  offerResultFiles(text);
  const { result } = shownResult(JSON.parse(text) as ResultFile);
  startRequests(result);
  const charts: readonly ChartEntry[] = chartsOf(result);
  const board = new ChartBoard(charts, () => {
    root.dataset['ready'] = 'true';
  });
  startTabs(() => board.draw());
  startRowsSwitches(() => board.draw());
  markCurrentSection();
  board.draw();
  followScheme(board);
  followPrinting(board);
}

offerCopies();
offerPlayground();
void start();
