const SAID_MS = 1600;

/** Copy buttons beside commands. Where the clipboard is closed the command gets selected instead. */
export function offerCopies(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-copy]')) {
    button.addEventListener('click', async () => {
      const said = await copy(button.dataset['copy'] ?? '').catch(() => select(button.previousElementSibling));
      const before = button.textContent;
      button.textContent = said;
      setTimeout(() => {
        button.textContent = before;
      }, SAID_MS);
    });
  }
}

async function copy(text: string): Promise<string> {
  await navigator.clipboard.writeText(text);
  return 'Copied';
}

function select(element: Element | null): string {
  if (element !== null) getSelection()?.selectAllChildren(element);
  return 'Selected';
}

/** The result from inside the page, as a file. */
export function offerDownload(text: string): void {
  document.getElementById('download')?.addEventListener('click', () => {
    const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = 'result.json';
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), SAID_MS);
  });
}
