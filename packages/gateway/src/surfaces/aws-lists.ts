// What a client of Amazon's control plane asks before it calls: which profiles and models there are. The answers name the
// routes that its key may use, and neither an account nor a region of ours.
// https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListInferenceProfiles.html
import type { KeyRecord } from '../deployment.ts';
import type { Compiled } from '../routing/compiled.ts';
import { unknownModel } from '../stages/unknown-model.ts';
import { plainNames } from './model-names.ts';
import { decoded } from './wrapped.ts';

const PATH = /^\/(inference-profiles|foundation-models)(?:\/(.+))?$/;

export const isAwsList = (path: string): boolean => PATH.test(path);

/** The list, or one of it. Throws MODEL_UNKNOWN. */
export function awsList(path: string, key: KeyRecord, compiled: Compiled): object {
  const [, list, encoded] = PATH.exec(path) ?? [];
  const profiles = list === 'inference-profiles';
  const names = compiled.models(key);
  if (encoded !== undefined) {
    const name = usable(decoded(encoded), key, compiled);
    if (name === null) throw unknownModel(decoded(encoded), names);
    return profiles ? profileOf(name) : { modelDetails: modelOf(name) };
  }
  return profiles ? { inferenceProfileSummaries: names.map(profileOf) } : { modelSummaries: names.map(modelOf) };
}

/** The name as asked, where it leads to a route that the key may use. */
function usable(asked: string, key: KeyRecord, compiled: Compiled): string | null {
  for (const name of [asked, ...plainNames(asked)]) {
    const route = compiled.routeFor(name);
    if (route !== undefined) return compiled.plan(key, route).routeDenial === null ? asked : null;
  }
  return null;
}

const arnOf = (name: string, kind: string): string =>
  name.startsWith('arn:') ? name : `arn:aws:bedrock:::${kind}/${name}`;

const profileOf = (name: string): object => ({
  inferenceProfileArn: arnOf(name, 'inference-profile'),
  inferenceProfileId: name,
  inferenceProfileName: name,
  models: [{ modelArn: arnOf(name, 'foundation-model') }],
  status: 'ACTIVE',
  type: 'SYSTEM_DEFINED',
});

const modelOf = (name: string): object => ({
  modelArn: arnOf(name, 'foundation-model'),
  modelId: name,
  modelName: name,
  responseStreamingSupported: true,
  modelLifecycle: { status: 'ACTIVE' },
});
