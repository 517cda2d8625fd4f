import { Chart } from 'chart.js';
import { offerCopies } from '../../report/page/buttons.js';
import { registerChartParts } from '../../report/page/charts/register.js';
import { startPlayground } from './main.js';

/** The page of the emulator, which is about nothing but the playground: it starts at once, and brings Chart.js itself. */
registerChartParts();
document.documentElement.classList.add('js');
offerCopies();
const root = document.getElementById('playground-root');
if (root !== null) startPlayground(root, Chart);
