import type { ScenarioPath } from './problems.js';
import { valueAt } from './value-at.js';

type Part = ScenarioPath[number];

/** Stands for every key. */
const ANY = -1;

interface Place {
  isWrong: boolean;
  /** Keys that may be there under a name that nobody knows. */
  readonly misspelled: Set<Part>;
  readonly inside: Map<Part, Place>;
}

/**
 * The places of a scenario that are known to be wrong. Nothing is said of what hangs on them, for it may vanish once they are
 * mended: an account that could not be read is no second error in every `as:` that names it.
 */
export class Doubts {
  private readonly root = emptyPlace();

  /** @param data in which the places are */
  constructor(
    private readonly data: unknown = undefined,
    others: Doubts | undefined = undefined,
  ) {
    if (others !== undefined) mergeInto(this.root, others.root);
  }

  add(path: ScenarioPath): void {
    this.make(path).isWrong = true;
  }

  /** @param meant the key that it may be, if one comes near it; otherwise it may be any that is missing there */
  addUnknownKey(path: ScenarioPath, meant: string | undefined): void {
    this.add(path);
    this.make(path.slice(0, -1)).misspelled.add(meant ?? ANY);
  }

  /** Whether the value is wrong as a whole, or may be there under a name that nobody knows. */
  covers(path: ScenarioPath): boolean {
    const { place, depth } = this.deepest(path);
    if (place.isWrong) return true;
    return depth < path.length && this.hides(place, path, depth);
  }

  /** The same, or a part of the value is wrong. */
  touches(path: ScenarioPath): boolean {
    if (this.covers(path)) return true;
    const { place, depth } = this.deepest(path);
    return depth === path.length && holdsWrong(place);
  }

  /** Whether a list as a whole, or what one of these leads to in one of its entries, is in doubt. */
  touchesAny(list: ScenarioPath, length: number, fields: readonly (string | ScenarioPath)[]): boolean {
    if (this.covers(list)) return true;
    for (let n = 0; n < length; n++) if (fields.some((field) => this.touches([...list, n].concat(field)))) return true;
    return false;
  }

  /** The value there has been replaced: what was wrong with it is no longer. */
  lift(path: ScenarioPath): void {
    let place: Place | undefined = this.root;
    for (const part of path.slice(0, -1)) place = place?.inside.get(part);
    place?.inside.delete(path[path.length - 1] as Part);
  }

  /** Takes over what others have in doubt at `from` or inside it, as if it stood at `to`. */
  include(others: Doubts, from: ScenarioPath = [], to: ScenarioPath = from): void {
    let place: Place | undefined = others.root;
    for (const part of from) place = place?.inside.get(part);
    if (place !== undefined) mergeInto(this.make(to), place);
  }

  private make(path: ScenarioPath): Place {
    let place = this.root;
    for (const part of path) {
      const next = place.inside.get(part) ?? emptyPlace();
      place.inside.set(part, next);
      place = next;
    }
    return place;
  }

  /** The last place on the way to a path of which something is known, or the first that is wrong. */
  private deepest(path: ScenarioPath): { readonly place: Place; readonly depth: number } {
    let place = this.root;
    for (const [depth, part] of path.entries()) {
      if (place.isWrong) return { place, depth };
      const next = this.hides(place, path, depth) ? undefined : place.inside.get(part);
      if (next === undefined) return { place, depth };
      place = next;
    }
    return { place, depth: path.length };
  }

  private hides(place: Place, path: ScenarioPath, depth: number): boolean {
    const { misspelled } = place;
    if (!misspelled.has(ANY) && !misspelled.has(path[depth] as Part)) return false;
    return valueAt(this.data, path.slice(0, depth + 1)) === undefined;
  }
}

function emptyPlace(): Place {
  return { isWrong: false, misspelled: new Set(), inside: new Map() };
}

function mergeInto(place: Place, other: Place): void {
  place.isWrong ||= other.isWrong;
  for (const key of other.misspelled) place.misspelled.add(key);
  for (const [part, inner] of other.inside) {
    const own = place.inside.get(part) ?? emptyPlace();
    place.inside.set(part, own);
    mergeInto(own, inner);
  }
}

function holdsWrong({ isWrong, inside }: Place): boolean {
  return isWrong || [...inside.values()].some(holdsWrong);
}
