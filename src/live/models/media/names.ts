/** Addresses of files that nobody stores: what is in the name is all there is to know, and bounds how much work it is. */

export type PictureFormat = 'png' | 'jpeg' | 'webp';

export interface Picture {
  /** Which picture, 32 bits. */
  readonly number: number;
  readonly width: number;
  readonly height: number;
  readonly format: PictureFormat;
}

export interface Sound {
  readonly number: number;
  readonly durationMs: number;
}

export interface Film {
  readonly number: number;
  readonly width: number;
  readonly height: number;
  readonly durationS: number;
}

export const PICTURE_FORMATS: readonly PictureFormat[] = ['png', 'jpeg', 'webp'];
/** Of a side of a picture, px. */
export const PICTURE_SIDE = { least: 64, most: 4096 };
export const FILM_SIDE = { least: 64, most: 640 };
export const FILM_SECONDS = { least: 1, most: 30 };
export const SOUND_MS = { least: 100, most: 30_000 };
const LARGEST_NUMBER = 2 ** 32 - 1;

/** `7-1024x768.png`. */
export function pictureName({ number, width, height, format }: Picture): string {
  return `${number}-${width}x${height}.${format}`;
}

/** `7-2500ms.wav`. */
export function soundName({ number, durationMs }: Sound): string {
  return `${number}-${durationMs}ms.wav`;
}

/** `7-640x360-5s.webm`. */
export function filmName({ number, width, height, durationS }: Film): string {
  return `${number}-${width}x${height}-${durationS}s.webm`;
}

/** @returns undefined: no picture has that name */
export function readPictureName(name: string): Picture | undefined {
  const found = /^(\d{1,10})-(\d{2,4})x(\d{2,4})\.(png|jpeg|webp)$/.exec(name);
  if (found === null) return undefined;
  const picture = { number: Number(found[1]), width: Number(found[2]), height: Number(found[3]), format: found[4] as PictureFormat };
  return isCanonical(name, pictureName(picture), picture.number) && isSide(picture.width, PICTURE_SIDE) && isSide(picture.height, PICTURE_SIDE)
    ? picture
    : undefined;
}

export function readSoundName(name: string): Sound | undefined {
  const found = /^(\d{1,10})-(\d{3,5})ms\.wav$/.exec(name);
  if (found === null) return undefined;
  const sound = { number: Number(found[1]), durationMs: Number(found[2]) };
  return isCanonical(name, soundName(sound), sound.number) && isSide(sound.durationMs, SOUND_MS) ? sound : undefined;
}

export function readFilmName(name: string): Film | undefined {
  const found = /^(\d{1,10})-(\d{2,3})x(\d{2,3})-(\d{1,2})s\.webm$/.exec(name);
  if (found === null) return undefined;
  const film = { number: Number(found[1]), width: Number(found[2]), height: Number(found[3]), durationS: Number(found[4]) };
  const isBounded = isSide(film.width, FILM_SIDE) && isSide(film.height, FILM_SIDE) && isSide(film.durationS, FILM_SECONDS);
  return isCanonical(name, filmName(film), film.number) && isBounded ? film : undefined;
}

/** One file has one name: `07-…` is none. */
function isCanonical(name: string, written: string, number: number): boolean {
  return name === written && number <= LARGEST_NUMBER;
}

function isSide(value: number, { least, most }: { readonly least: number; readonly most: number }): boolean {
  return value >= least && value <= most;
}
