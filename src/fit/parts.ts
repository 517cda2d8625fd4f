import type { FitResult, FittedPart } from '../measure/capacity/fit-result.js';
import type { TraceColumns } from '../sim/trace.js';
import { isAlike } from './check-load.js';
import { fitArrivals, fitService } from './fit-trace.js';

/** The busiest are fitted one by one, all others together. */
const BUSIEST = 5;

interface PartRows {
  readonly columns: TraceColumns;
  readonly hasService: boolean;
  readonly tenantColumn: string | undefined;
  readonly endpointColumn: string | undefined;
}

/** Fits the requests of the busiest tenants and endpoints one by one, and those of all others together. */
export function fitParts({ columns, hasService, tenantColumn, endpointColumn }: PartRows): NonNullable<FitResult['parts']> {
  const asked = [
    { column: tenantColumn, names: columns.accountNames, places: columns.accounts },
    { column: endpointColumn, names: columns.endpointNames, places: columns.endpoints },
  ];
  return asked.flatMap(({ column, names, places }) => (column === undefined ? [] : [{ column, list: partsBy(names, places, columns, hasService) }]));
}

function partsBy(names: readonly string[], places: Int32Array, columns: TraceColumns, hasService: boolean): FittedPart[] {
  const { atUs, serviceUs } = columns;
  const work = new Float64Array(names.length);
  const requests = new Float64Array(names.length);
  for (const [n, place] of places.entries()) {
    work[place] = (work[place] as number) + (hasService ? (serviceUs[n] as number) : 1);
    requests[place] = (requests[place] as number) + 1;
  }
  const whole = work.reduce((sum, one) => sum + one, 0);
  const order = [...names.keys()].filter((place) => (requests[place] as number) > 0).sort((one, other) => (work[other] as number) - (work[one] as number));
  // One that is left over is no others.
  const alone = order.length <= BUSIEST + 1 ? order.length : BUSIEST;
  const groups = [...order.slice(0, alone).map((place) => [place]), ...(alone < order.length ? [order.slice(alone)] : [])];
  return groups.map((group) => {
    const members = new Set(group);
    const isIn = (_: number, n: number): boolean => members.has(places[n] as number);
    const [first] = group;
    return {
      name: group.length === 1 ? names[first as number] : undefined,
      names: group.length,
      share: group.reduce((sum, place) => sum + (work[place] as number), 0) / whole,
      ...fitted(atUs.filter(isIn), hasService ? serviceUs.filter(isIn) : undefined),
    };
  });
}

function fitted(atUs: Float64Array, serviceUs: Float64Array | undefined): Omit<FittedPart, 'name' | 'names' | 'share'> {
  const service = serviceUs === undefined ? undefined : fitService(serviceUs);
  const { facts, models, chosen, checks } = fitArrivals(atUs, service);
  return {
    requests: atUs.length,
    ratePerSecond: facts.ratePerSecond,
    peakPerSecond: facts.peakPerSecond,
    arrivals: models[chosen]?.text ?? '',
    service: service?.laws[service.chosen]?.text,
    isAlike: checks.length === 0 ? undefined : isAlike(checks),
  };
}
