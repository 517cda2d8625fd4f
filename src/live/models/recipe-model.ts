import { WorkEnd } from '../../core/requests.js';
import type { Answer } from '../answer.js';
import type { Json } from '../json.js';
import { endOf, type InputProblem, okAnswer, problemAnswer, staged } from './endings.js';
import type { FakeModel, ModelCall, WorkPlan } from './model.js';
import type { Traits } from './traits.js';

/** How a family of models turns an input into an output. What it gives depends on nothing but the call. */
export interface Recipe {
  /** @returns what is wrong with the input; only an input without problems is given to the others */
  problems(input: Json): readonly InputProblem[];
  output(call: ModelCall): Json;
  /** What is streamed on the way. The last is the output. */
  parts(call: ModelCall): readonly Json[];
  logs(call: ModelCall): readonly string[];
  /** Pictures, seconds, words: what is billed. */
  billableUnits(call: ModelCall): number;
}

/** An input is refused sooner than it is worked on: a hundredth of the service time. */
const REFUSAL_SLOWNESS = 0.01;

/** A recipe with what the endpoint's name asks for beside it. */
export class RecipeModel implements FakeModel {
  readonly kind = 'fake';

  constructor(
    private readonly recipe: Recipe,
    private readonly traits: Traits,
  ) {}

  plan(call: ModelCall): WorkPlan {
    const { failure, slowness } = this.traits;
    if (failure !== undefined) return { slowness, end: endOf(failure) };
    return this.recipe.problems(call.input).length > 0 ? { slowness: REFUSAL_SLOWNESS, end: WorkEnd.failed } : { slowness, end: WorkEnd.ok };
  }

  answer(call: ModelCall): Answer {
    if (this.traits.failure !== undefined) return staged(this.traits.failure);
    const problems = this.recipe.problems(call.input);
    return problems.length > 0 ? problemAnswer(problems) : okAnswer(this.recipe.output(call), this.recipe.billableUnits(call));
  }

  parts(call: ModelCall): readonly Json[] {
    return this.goesWell(call) ? this.recipe.parts(call) : [];
  }

  logs(call: ModelCall): readonly string[] {
    return this.goesWell(call) ? this.recipe.logs(call) : ['The model fails.'];
  }

  private goesWell(call: ModelCall): boolean {
    return this.traits.failure === undefined && this.recipe.problems(call.input).length === 0;
  }
}
