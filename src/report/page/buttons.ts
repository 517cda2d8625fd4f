const SAID_MS = 1600;

/** Copy buttons, wherever they are. Where the clipboard is closed the text gets selected instead. */
export function offerCopies(): void {
  document.addEventListener('click', async ({ target }) => {
    const element = target as Element;
    const button = element.closest<HTMLButtonElement>('button[data-copy], button[data-copy-from]');
    if (button !== null) return say(button, await copyFrom(button));
    const mark = element.closest<SVGElement>('[data-seed]');
    if (mark !== null) await copy(mark.dataset['seed'] ?? '').catch(() => undefined);
  });
}

async function copyFrom(button: HTMLButtonElement): Promise<string> {
  const source = document.getElementById(button.dataset['copyFrom'] ?? '');
  const text = button.dataset['copy'] ?? source?.textContent ?? '';
  return copy(text).catch(() => select(source ?? button.previousElementSibling));
}

async function copy(text: string): Promise<string> {
  await navigator.clipboard.writeText(text);
  return 'Copied';
}

function select(element: Element | null): string {
  if (element !== null) getSelection()?.selectAllChildren(element);
  return 'Selected';
}

/** For a moment, and to those who listen too. */
function say(button: HTMLButtonElement, said: string): void {
  if (button.dataset['said'] !== undefined) return;
  const before = button.textContent;
  button.dataset['said'] = '';
  button.setAttribute('aria-live', 'polite');
  button.textContent = said;
  setTimeout(() => {
    button.textContent = before;
    delete button.dataset['said'];
  }, SAID_MS);
}
