import type { Replay } from '../../../replay/replay.js';
import { cleanDeep, visible } from '../../escape.js';
import { Axis } from '../../replay/axis.js';
import { ReplayModel } from '../../replay/replay-model.js';
import { offerCopies } from '../buttons.js';
import { readResultText } from '../result-data.js';
import { ReplayScreen } from './replay-screen.js';

const root = document.documentElement;
root.classList.add('js');

async function start(): Promise<void> {
  const replay = cleanDeep(JSON.parse(await readResultText()) as Replay, visible);
  new ReplayScreen(new ReplayModel(replay), new Axis(replay)).open();
  root.dataset['ready'] = 'true';
}

offerCopies();
void start();
