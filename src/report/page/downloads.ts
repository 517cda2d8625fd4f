const BYTES_A_KB = 1024;
/** A click is over long before. */
const KEPT_MS = 1600;

/** How a file is made of the text inside the page. */
export interface FileMaker {
  /** Its media type. */
  readonly type: string;
  readonly make: () => string;
}

/**
 * The files that a page makes, without any server.
 * @param makers by what the buttons of the section `data` say
 * @param showsSizes whether making all of them takes but a moment
 */
export function offerDownload(makers: Readonly<Record<string, FileMaker>>, showsSizes: () => boolean): void {
  const made = new Map<string, Blob>();
  const blobOf = (kind: string): Blob | undefined => {
    const maker = makers[kind];
    if (maker === undefined) return undefined;
    const blob = made.get(kind) ?? new Blob([maker.make()], { type: maker.type });
    made.set(kind, blob);
    return blob;
  };
  const section = document.getElementById('data');
  section?.addEventListener('click', ({ target }) => {
    const button = (target as Element).closest<HTMLButtonElement>('button[data-download]');
    const blob = button === null ? undefined : blobOf(button.dataset['download'] ?? '');
    if (blob !== undefined) save(blob, button?.dataset['name'] ?? 'result.json');
  });
  if (section !== null) showSizesOnceSeen(section, blobOf, showsSizes);
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}

/** Making all files takes a moment, and most readers never get that far down. */
function showSizesOnceSeen(section: HTMLElement, blobOf: (kind: string) => Blob | undefined, showsSizes: () => boolean): void {
  new IntersectionObserver((entries, observer) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    if (!showsSizes()) return;
    for (const place of section.querySelectorAll<HTMLElement>('[data-size]')) {
      const blob = blobOf(place.dataset['size'] ?? '');
      if (blob !== undefined) place.textContent = `${Math.ceil(blob.size / BYTES_A_KB).toLocaleString('en-US')} kB`;
    }
  }).observe(section);
}
