/** The result.json that travels in the page as gzip in base64. */
export async function readResultText(): Promise<string> {
  const base64 = document.getElementById('result-data')?.textContent ?? '';
  const bytes = Uint8Array.from(atob(base64.trim()), (character) => character.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
}
