import { render } from 'preact';
import { FIRST_QUESTION, plainQuestion } from '../question.js';
import type { ChartClass } from './chart-board.js';
import { Playground } from './playground.js';
import { questionOfStart } from './start-question.js';

/**
 * Starts the playground in an element that says what to start with. Called by the page's own script, which brings Chart.js.
 * @param root its `data-start` holds what is known of the setting, as JSON
 */
export function startPlayground(root: HTMLElement, chartClass: ChartClass): void {
  let drawings = 0;
  const first = plainQuestion(questionOfStart(root.dataset['start'], FIRST_QUESTION));
  const drawn = (): void => {
    root.dataset['drawings'] = String(++drawings);
  };
  render(<Playground chartClass={chartClass} first={first} drawn={drawn} />, root);
}

(globalThis as { slotstormPlayground?: typeof startPlayground }).slotstormPlayground = startPlayground;
