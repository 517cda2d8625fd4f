/** The result.json that travels in the page. */
export function readResultText(): Promise<string> {
  return readEmbedded('result-data');
}

/** What travels in the page as gzip in base64. @param id of its element */
export async function readEmbedded(id: string): Promise<string> {
  const base64 = document.getElementById(id)?.textContent ?? '';
  const bytes = Uint8Array.from(atob(base64.trim()), (character) => character.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
}
