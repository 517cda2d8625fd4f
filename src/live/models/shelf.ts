import { EchoRecipe } from './echo-recipe.js';
import { type Family, familyOf, startsFromImage } from './families.js';
import { type Handlers, HandlerTable } from './handlers.js';
import { ImageRecipe } from './image-recipe.js';
import { LanguageRecipe } from './language-recipe.js';
import type { Model, ModelShelf } from './model.js';
import { type Recipe, RecipeModel } from './recipe-model.js';
import { SoundRecipe } from './sound-recipe.js';
import { traitsOf } from './traits.js';
import { VideoRecipe } from './video-recipe.js';

export interface ShelfSettings {
  /** Of the run: another one gives other seeds, pictures and texts. */
  readonly seed: number;
  /** Models of the user's own; they go before the pretended ones. */
  readonly handlers?: Handlers | undefined;
}

/** The models behind all endpoints there could be. */
export function createShelf({ seed, handlers = {} }: ShelfSettings): ModelShelf {
  return new Shelf(seed, new HandlerTable(handlers));
}

/** Callers choose the ids, so that they could be any number. */
const MOST_KEPT = 1000;

class Shelf implements ModelShelf {
  private readonly kept = new Map<string, Model>();

  constructor(
    private readonly seed: number,
    private readonly handlers: HandlerTable,
  ) {}

  modelFor(endpoint: string): Model {
    return this.kept.get(endpoint) ?? this.find(endpoint);
  }

  private find(endpoint: string): Model {
    const model = this.handlers.modelFor(endpoint) ?? this.fakeModel(endpoint);
    if (this.kept.size >= MOST_KEPT) this.kept.clear();
    this.kept.set(endpoint, model);
    return model;
  }

  private fakeModel(endpoint: string): Model {
    const traits = traitsOf(endpoint);
    return new RecipeModel(this.recipe(familyOf(traits.plainId), startsFromImage(traits.plainId)), traits);
  }

  private recipe(family: Family, fromImage: boolean): Recipe {
    switch (family) {
      case 'image':
        return new ImageRecipe(this.seed, fromImage);
      case 'video':
        return new VideoRecipe(this.seed, fromImage);
      case 'sound':
        return new SoundRecipe(this.seed);
      case 'language':
        return new LanguageRecipe(this.seed);
      case 'echo':
        return new EchoRecipe();
    }
  }
}
