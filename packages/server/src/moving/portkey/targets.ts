// A target of a Portkey config: a provider, or the name under which Portkey keeps a provider and its key. Which provider stands
// behind such a name only Portkey knows: it is said on the command line, or guessed from the name and told as a guess.
import type { DocumentPath } from '@weighbridge/document';
import { knownOutputCap } from '../../config/environment.ts';
import { enterDeployment, misfitOf, type Work } from '../enter-deployment.ts';
import { planDeployment } from '../plan-deployment.ts';
import type { Given, PartName } from '../planning.ts';
import { sellerGuessed, sellerNamed, type Seller } from '../sellers.ts';
import type { Settings } from '../settings.ts';
import { bagOf, textOf, type Bag } from '../values.ts';

export interface PortkeyAsked {
  /** Name of the route, where there is one file. */
  readonly route?: string;
  /** For targets that leave the model to the caller. */
  readonly model?: string;
  /** Providers behind names that Portkey keeps, by those names. */
  readonly providers?: Readonly<Record<string, string>>;
}

const PARTS: Readonly<Record<string, PartName>> = {
  custom_host: 'address',
  azure_foundry_url: 'address',
  api_version: 'api_version',
  azure_api_version: 'api_version',
  api_key: 'key',
  resource_name: 'resource',
  azure_resource_name: 'resource',
  deployment_id: 'deployment',
  azure_deployment_id: 'deployment',
  azure_deployment_name: 'deployment',
  aws_region: 'region',
  vertex_region: 'region',
  vertex_project_id: 'project',
  aws_access_key_id: 'access_key',
  aws_secret_access_key: 'secret_key',
  aws_session_token: 'session_token',
  azure_entra_tenant_id: 'tenant',
  azure_entra_client_id: 'client_id',
  azure_entra_client_secret: 'client_secret',
};

/** Clouds whose credential is no single key, so that a name that Portkey keeps stands for their own chain. */
const CHAINED: ReadonlySet<string> = new Set(['bedrock', 'vertex']);

interface Who {
  readonly name: string;
  readonly seller: Seller;
  /** Under which Portkey keeps it; null where the config says all itself. */
  readonly slug: string | null;
  readonly isGuess: boolean;
}

/** The deployment that a target is, or why it is none. */
export function enterTarget(
  settings: Settings,
  work: Work,
  asked: PortkeyAsked,
  path: DocumentPath,
  route: string,
): { readonly id: string } | { readonly refused: string } {
  const target = bagOf(settings.at(path)) ?? {};
  const above = inherited(settings, path);
  const overrides = above.overrides;
  const who = whoOf(target, overrides, asked);
  if (typeof who === 'string') return { refused: who };
  const model = modelOf(target, overrides, asked);
  if (model === undefined)
    return { refused: 'the caller names the model there, and a deployment here has one: say it with --model' };
  const parts = partsOf(settings, above.nodes);
  const variable = who.slug === null || CHAINED.has(who.seller.cloud) ? null : variableOf(who.slug);
  const slugPath = [...path, target['virtual_key'] === undefined ? 'provider' : 'virtual_key'];
  if (variable !== null && !parts.has('key')) parts.set('key', { value: `os.environ/${variable}`, path: slugPath });
  const { modelPath } = above;
  const planning = planDeployment(
    { seller: who.seller, sellerName: who.name, model, modelPath, parts },
    work.variables,
  );
  if (typeof planning === 'string') return { refused: planning };
  const cap = knownOutputCap(String(planning.fields['model']));
  if (cap !== undefined) planning.fields['max_output_tokens'] = cap;
  if (overrides['model'] !== undefined)
    planning.marks.push({ path: modelPath, outcome: 'carried', field: 'model', says: '' });
  const misfit = misfitOf(planning, work);
  if (misfit !== null) return { refused: misfit };
  tellWho(settings, path, target, who, variable);
  const from = `${settings.file}:${settings.line(path)}`;
  const id = enterDeployment(planning, work, settings, textOf(target['name']) ?? `${route}-${who.name}`, from);
  settings.carried([...path, 'name'], `deployments.${id}`);
  return { id };
}

function whoOf(target: Bag, overrides: Bag, asked: PortkeyAsked): Who | string {
  const provider = textOf(target['provider']);
  const slug = textOf(target['virtual_key']) ?? slugIn(provider) ?? slugIn(textOf(overrides['model'])?.split('/')[0]);
  if (slug === undefined) {
    if (provider === undefined) return 'it names no provider';
    const seller = sellerNamed(provider);
    return seller === undefined ? unknown(provider) : { name: provider, seller, slug: null, isGuess: false };
  }
  const said = asked.providers?.[slug] ?? (provider === undefined || provider.startsWith('@') ? undefined : provider);
  const name = said ?? sellerGuessed(slug);
  const seller = name === undefined ? undefined : sellerNamed(name);
  if (name === undefined || seller === undefined)
    return `only Portkey knows which provider "${slug.slice(0, 64)}" is: say it with --provider ${slug.slice(0, 64)}=NAME`;
  return { name, seller, slug, isGuess: said === undefined };
}

const unknown = (provider: string): string =>
  `the provider "${provider.slice(0, 64)}" is not known here; if it speaks OpenAI's dialect, write provider openai with its custom_host`;

const slugIn = (text: string | undefined): string | undefined =>
  text?.startsWith('@') === true && text.length > 1 ? text.slice(1) : undefined;

function modelOf(target: Bag, overrides: Bag, asked: PortkeyAsked): string | undefined {
  const said = textOf(overrides['model']);
  if (said !== undefined) return said.startsWith('@') ? said.slice(said.indexOf('/') + 1) : said;
  return (
    textOf(target['azure_model_name']) ??
    asked.model ??
    textOf(target['deployment_id'] ?? target['azure_deployment_id'])
  );
}

/** A target takes what it does not say itself from the targets that it stands in. */
function inherited(
  settings: Settings,
  path: DocumentPath,
): { readonly nodes: readonly DocumentPath[]; readonly overrides: Bag; readonly modelPath: DocumentPath } {
  const nodes = [...path.keys(), path.length]
    .filter((length) => length === 0 || path[length - 2] === 'targets' || path[length - 1] === 'config')
    .map((length) => path.slice(0, length));
  const overrides: Record<string, unknown> = {};
  let modelPath: DocumentPath = [...path, 'override_params', 'model'];
  for (const node of nodes) {
    const own = bagOf(settings.at([...node, 'override_params'])) ?? {};
    Object.assign(overrides, own);
    if (own['model'] !== undefined) modelPath = [...node, 'override_params', 'model'];
  }
  return { nodes, overrides, modelPath };
}

function partsOf(settings: Settings, nodes: readonly DocumentPath[]): Map<PartName, Given> {
  const parts = new Map<PartName, Given>();
  for (const path of nodes.toReversed())
    for (const [name, value] of Object.entries(bagOf(settings.at(path)) ?? {})) {
      const part = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
      if (part !== undefined && !parts.has(part)) parts.set(part, { value, path: [...path, name] });
    }
  return parts;
}

/** Of a name that Portkey keeps a key under. */
function variableOf(slug: string): string {
  const name = slug
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]+/g, '_')
    .replace(/^(?=\d)/, 'KEY_');
  return name.endsWith('KEY') ? name : `${name}_API_KEY`;
}

function tellWho(settings: Settings, path: DocumentPath, target: Bag, who: Who, variable: string | null): void {
  const guess = who.isGuess ? `guessed from its name to be ${who.name}: say another with --provider; ` : '';
  const key =
    variable === null
      ? "its credentials are the cloud's own chain"
      : `the key behind it is kept by Portkey alone: put it into ${variable}`;
  for (const name of ['virtual_key', 'provider']) {
    if (target[name] === undefined) continue;
    const isSlug = name === 'virtual_key' || textOf(target[name])?.startsWith('@') === true;
    if (isSlug) settings.changed([...path, name], null, `${guess}${key}`);
    else settings.carried([...path, name], null, `the cloud of the deployment: ${who.seller.cloud}`);
  }
}
