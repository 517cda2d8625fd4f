import type { Json } from '../json.js';
import type { InputProblem } from './endings.js';
import type { ModelCall } from './model.js';
import type { Recipe } from './recipe-model.js';

/** Any endpoint that is not known as anything else says what it was given. */
export class EchoRecipe implements Recipe {
  problems(): readonly InputProblem[] {
    return [];
  }

  output({ input, endpoint, requestId }: ModelCall): Json {
    return { echo: input, endpoint, request_id: requestId };
  }

  parts(call: ModelCall): readonly Json[] {
    return [this.output(call)];
  }

  logs(): readonly string[] {
    return ['Saying back what was given.'];
  }

  billableUnits(): number {
    return 1;
  }
}
