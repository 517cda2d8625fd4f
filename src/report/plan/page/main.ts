import type { PlanResult } from '../../../measure/capacity/plan-result.js';
import { offerCopies } from '../../page/buttons.js';
import { ChartBoard } from '../../page/chart-board.js';
import { registerChartParts } from '../../page/charts/register.js';
import { offerDownload } from '../../page/downloads.js';
import { followPrinting, followScheme } from '../../page/media.js';
import { markCurrentSection } from '../../page/navigation.js';
import { readResultText } from '../../page/result-data.js';
import { offerPlayground } from '../../playground/offer.js';
import { shownData } from '../../shown-result.js';
import { planChartsOf } from '../charts/catalogue.js';
import { planFiles } from './plan-files.js';

registerChartParts();

const root = document.documentElement;
root.classList.add('js');

async function start(): Promise<void> {
  const plan = JSON.parse(await readResultText()) as PlanResult;
  offerDownload(planFiles(plan), () => true);
  const board = new ChartBoard(planChartsOf(shownData(plan).data), () => {
    root.dataset['ready'] = 'true';
  });
  markCurrentSection();
  board.draw();
  followScheme(board);
  followPrinting(board);
}

offerCopies();
offerPlayground();
void start();
