/** Slots or runners as rows of the chart of holds. @param shown called after the other chart came up */
export function startRowsSwitches(shown: () => void): void {
  for (const area of document.querySelectorAll<HTMLElement>('[data-switch]')) {
    const buttons = [...area.querySelectorAll<HTMLButtonElement>('button[data-rows-of]')];
    const select = (rows: string): void => {
      for (const button of buttons) button.setAttribute('aria-pressed', String(button.dataset['rowsOf'] === rows));
      for (const part of area.querySelectorAll<HTMLElement>('[data-rows]')) part.hidden = part.dataset['rows'] !== rows;
    };
    for (const button of buttons) {
      button.addEventListener('click', () => {
        select(button.dataset['rowsOf'] ?? '');
        shown();
      });
    }
    if (buttons.length > 0) select('slots');
  }
}
