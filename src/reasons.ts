const LONGEST = 400;

/** Words of somebody else, for as far as they fit into a message. */
export function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** Why something outside failed (a file, a thread), in words and without the call that failed. */
export function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  switch (code) {
    case 'ENOENT':
      return 'no such file or folder';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'EROFS':
      return 'the file system is read-only';
    case 'ENOTDIR':
      return 'a part of the path is a file, not a folder';
    case 'EEXIST':
      return 'there is a file in its place';
    case 'EISDIR':
      return 'it is a folder, not a file';
    case 'ENOSPC':
      return 'no space left';
    case 'ERR_WORKER_OUT_OF_MEMORY':
      return 'it ran out of memory';
    default:
      return shortened(error instanceof Error ? error.message : String(error));
  }
}

/** What was thrown, with its name: an error of code that is not ours. */
export function thrownText(error: unknown): string {
  return shortened(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
}
