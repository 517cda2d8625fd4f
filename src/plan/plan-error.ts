/** A question that cannot be asked: an SLO that nobody can read, a load that is none, a dial that means nothing here. */
export class PlanError extends Error {
  override readonly name = 'PlanError';
}
