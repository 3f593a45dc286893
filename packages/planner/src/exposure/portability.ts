// How easily a workload could go elsewhere, as a number that is taken apart: a hundred points in four parts, each with its reason. The weights
// are ours and are printed; a score is for comparing workloads and seeing what to mend, not a measurement.
import { checkEstate, knownName, type Estate, type PlanDeployment, type PlanWorkload } from './estate.ts';
import { proofOf, refusals } from './placing.ts';

export interface PortabilityPart {
  readonly name: 'features' | 'model' | 'permitted' | 'room';
  readonly points: number;
  readonly of: number;
  readonly why: string;
}

export interface Portability {
  readonly workload: string;
  readonly score: number;
  readonly parts: readonly PortabilityPart[];
}

export const PORTABILITY_POINTS = { features: 30, model: 30, permitted: 20, room: 20 } as const;

type Elsewhere = readonly (readonly [string, PlanDeployment])[];

/** Throws PLAN_INVALID. Elsewhere: at another seller. */
export function portability(estate: Estate, name: string): Portability {
  checkEstate(estate);
  knownName('portability', name, Object.keys(estate.workloads));
  const workload = estate.workloads[name] as PlanWorkload;
  const home = estate.deployments[workload.route[0]] as PlanDeployment;
  const elsewhere = Object.entries(estate.deployments).filter(([, { seller }]) => seller !== home.seller);
  const permitted = elsewhere.filter(([, form]) => refusals(estate, name, workload, form).length === 0);
  const parts = [
    featurePart(workload, elsewhere),
    modelPart(estate, name, home, elsewhere),
    permittedPart(permitted),
    roomPart(workload, permitted),
  ];
  return { workload: name, score: parts.reduce((sum, { points }) => sum + points, 0), parts };
}

function featurePart({ features }: PlanWorkload, elsewhere: Elsewhere): PortabilityPart {
  const of = PORTABILITY_POINTS.features;
  const held = elsewhere.map(([id, form]) => ({ id, lacks: features.filter((each) => !form.features.includes(each)) }));
  const best = held.toSorted((a, b) => a.lacks.length - b.lacks.length)[0];
  if (best === undefined) return { name: 'features', points: 0, of, why: 'no other seller is known' };
  const share = features.length === 0 ? 1 : 1 - best.lacks.length / features.length;
  const why =
    features.length === 0
      ? 'no feature is used that another could lack'
      : best.lacks.length === 0
        ? `${best.id} has ${features.length === 1 ? 'the feature' : `all ${features.length} features`} that ${features.length === 1 ? 'is' : 'are'} used`
        : `the nearest, ${best.id}, lacks ${best.lacks.join(', ')}`;
  return { name: 'features', points: of * share, of, why };
}

/** A proven model of another developer, the same model elsewhere, something unproven, nothing. */
function modelPart(estate: Estate, name: string, home: PlanDeployment, elsewhere: Elsewhere): PortabilityPart {
  const of = PORTABILITY_POINTS.model;
  const proven = elsewhere.find(
    ([, { model, developer }]) => developer !== home.developer && proofOf(estate, name, model) !== undefined,
  );
  if (proven !== undefined) {
    const [id, { model }] = proven;
    const on = proofOf(estate, name, model)?.proven_on ?? '';
    return { name: 'model', points: of, of, why: `${model} of another developer (${id}) was proven on ${on}` };
  }
  const same = elsewhere.find(([, { model }]) => model === home.model || proofOf(estate, name, model) !== undefined);
  if (same !== undefined)
    return {
      name: 'model',
      points: (of * 2) / 3,
      of,
      why: `${same[1].model} is sold by ${same[1].seller} too, but no other developer’s model is proven`,
    };
  if (elsewhere.length > 0)
    return { name: 'model', points: of / 3, of, why: 'other sellers have other models, and none is proven here' };
  return { name: 'model', points: 0, of, why: 'no other seller is known' };
}

function permittedPart(permitted: Elsewhere): PortabilityPart {
  const of = PORTABILITY_POINTS.permitted;
  const sellers = [...new Set(permitted.map(([, { seller }]) => seller))];
  const why =
    sellers.length === 0
      ? 'policy, regions, features and proofs leave no other seller'
      : `permitted at ${sellers.length} other ${sellers.length === 1 ? 'seller' : 'sellers'}: ${sellers.join(', ')}`;
  return { name: 'permitted', points: of * Math.min(1, sellers.length / 2), of, why };
}

function roomPart({ peak_tokens_per_minute: peak }: PlanWorkload, permitted: Elsewhere): PortabilityPart {
  const of = PORTABILITY_POINTS.room;
  const known = permitted.flatMap(([, { tokens_per_minute }]) => tokens_per_minute ?? []);
  const room = known.reduce((sum, each) => sum + each, 0);
  const share = permitted.length === 0 ? 0 : roomShare(room, peak);
  const untried = permitted.length - known.length;
  const why = `what is permitted elsewhere carries ${Math.round(room).toLocaleString('en')} of ${Math.round(peak).toLocaleString('en')} tokens a minute${untried === 0 ? '' : `; of ${untried} nobody has tried how much`}`;
  return { name: 'room', points: of * share, of, why };
}

/** The part of a peak that finds room. */
export const roomShare = (room: number, peak: number): number => (peak === 0 ? 1 : Math.min(1, room / peak));
