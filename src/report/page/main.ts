import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  Filler,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  SubTitle,
  Title,
  Tooltip,
} from 'chart.js';
import annotationPlugin from 'chartjs-plugin-annotation';
import type { ResultFile } from '../../measure/result.js';
import { type ChartEntry, chartsOf } from '../charts/catalogue.js';
import { shownResult } from '../shown-result.js';
import { offerCopies, offerDownload } from './buttons.js';
import { ChartBoard } from './chart-board.js';
import { startRowsSwitches } from './charts/rows-switch.js';
import { markCurrentSection, startTabs } from './navigation.js';
import { startRequests } from './requests/request-table.js';
import { readResultText } from './result-data.js';

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  Filler,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  SubTitle,
  Title,
  Tooltip,
  annotationPlugin as never,
);

const root = document.documentElement;
root.classList.add('js');

async function start(): Promise<void> {
  const text = await readResultText();
  offerDownload(text);
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

/** Colours are baked into a canvas: another scheme needs other charts. */
function followScheme(board: ChartBoard): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => board.redraw());
}

/** On paper all variants are shown, in light colours, and what is folded opens; tables behind a chart stay as the reader left them. */
function followPrinting(board: ChartBoard): void {
  let opened: HTMLDetailsElement[] = [];
  let shown: HTMLElement[] = [];
  addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll<HTMLDetailsElement>('details:not([open], [data-screen-only])')];
    for (const details of opened) details.open = true;
    shown = [...document.querySelectorAll<HTMLElement>('.panel[hidden], [data-rows][hidden]')];
    for (const part of shown) part.hidden = false;
    board.drawForPrint();
  });
  addEventListener('afterprint', () => {
    for (const details of opened) details.open = false;
    for (const part of shown) part.hidden = true;
    board.redraw();
  });
}

offerCopies();
void start();
