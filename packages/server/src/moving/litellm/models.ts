// `model_list`: each entry is a deployment, and entries of one `model_name` are the candidates of one route. An entry that cannot
// be carried is left out whole, with its reason, and the route goes on with the others.
import type { DocumentPath } from '@weighbridge/document';
import { knownOutputCap } from '../../config/environment.ts';
import { enterDeployment, misfitOf, type Work } from '../enter-deployment.ts';
import { planDeployment } from '../plan-deployment.ts';
import type { Given, PartName, Planning } from '../planning.ts';
import { sellerNamed, sellerOfModel } from '../sellers.ts';
import type { Settings } from '../settings.ts';
import { bagOf, isAlias, listOf, numberOf, textOf } from '../values.ts';
import { referenceOf } from '../variables.ts';
import type { Credentials, Params } from './credentials.ts';
import { expandWildcards } from './wildcards.ts';
import { INFO_WORDS, PARAM_WORDS } from './words.ts';

export interface Member {
  readonly deployment: string;
  readonly params: Params;
  readonly path: DocumentPath;
}

export interface Group {
  readonly name: string;
  readonly members: Member[];
  /** Lines of its entries. */
  readonly lines: number[];
  /** Where its name stands. */
  readonly names: DocumentPath[];
}

export interface Models {
  readonly groups: ReadonlyMap<string, Group>;
  /** Deployments by the id that the file gives them. */
  readonly byId: ReadonlyMap<string, string>;
  /** Deployments by the seller's name in the file. */
  readonly bySeller: ReadonlyMap<string, readonly string[]>;
}

const PARTS: Readonly<Record<string, PartName>> = {
  api_base: 'address',
  base_url: 'address',
  aws_bedrock_runtime_endpoint: 'address',
  api_version: 'api_version',
  api_key: 'key',
  aws_region_name: 'region',
  region_name: 'region',
  vertex_location: 'region',
  vertex_ai_location: 'region',
  vertex_project: 'project',
  vertex_ai_project: 'project',
  vertex_credentials: 'service_file',
  aws_access_key_id: 'access_key',
  aws_secret_access_key: 'secret_key',
  aws_session_token: 'session_token',
  aws_profile_name: 'profile',
  tenant_id: 'tenant',
  client_id: 'client_id',
  client_secret: 'client_secret',
  model_id: 'deployment',
};

const SERVED_MODES: ReadonlySet<string> = new Set(['chat', 'responses']);
/** Names of models that answer no conversation. */
const OTHER_KINDS =
  /(^|[/-])(text-embedding|embed|rerank|whisper|tts|dall-e|gpt-image|imagen|stable-diffusion|moderation)/i;
const NOT_SERVED = 'embeddings, images, audio, re-ranking and plain completions do not cross here yet';

/** `asked`: names of models that entries with a star serve. */
export function readModels(settings: Settings, work: Work, credentials: Credentials, asked: readonly string[]): Models {
  const groups = new Map<string, Group>();
  const byId = new Map<string, string>();
  const bySeller = new Map<string, string[]>();
  const { entries, unserved } = expandWildcards(listOf(settings.at(['model_list'])), asked);
  for (const name of unserved) work.notes.push(`${name.slice(0, 64)}: no entry of the source serves this model`);
  for (const { index, entry } of entries) reserveDefault(entry, ['model_list', index], work, credentials);
  for (const { index, entry } of entries) {
    const path = ['model_list', index];
    const read = readEntry(path, entry, settings, work, credentials);
    if (typeof read === 'string') {
      settings.left(path, read);
      continue;
    }
    const { name, seller, member, id } = read;
    const group = groups.get(name) ?? { name, members: [], lines: [], names: [] };
    groups.set(name, group);
    group.members.push(member);
    group.lines.push(settings.line(path));
    group.names.push([...path, 'model_name']);
    bySeller.set(seller, [...(bySeller.get(seller) ?? []), member.deployment]);
    if (id !== undefined) byId.set(id, member.deployment);
  }
  return { groups, byId, bySeller };
}

/** An entry that names no key reads the seller's own variable: no secret in clear may get that name. */
function reserveDefault(entry: unknown, path: DocumentPath, work: Work, credentials: Credentials): void {
  const own = bagOf(bagOf(entry)?.['litellm_params']);
  const wanted = own === null ? '' : wantedOf(credentials.beneath(own, path), work);
  if (
    typeof wanted !== 'string' &&
    textOf(wanted.parts.get('key')?.value) === undefined &&
    wanted.seller.key !== undefined
  )
    work.variables.reserve(wanted.seller.key);
}

interface Entry {
  readonly name: string;
  readonly seller: string;
  readonly member: Member;
  readonly id: string | undefined;
}

/** What it is, or why it is not carried. */
function readEntry(
  path: DocumentPath,
  entry: unknown,
  settings: Settings,
  work: Work,
  credentials: Credentials,
): Entry | string {
  const name = textOf(bagOf(entry)?.['model_name']);
  const own = bagOf(bagOf(entry)?.['litellm_params']);
  if (name === undefined || own === null) return 'it has no `model_name` or no `litellm_params`';
  if (!isAlias(name)) return 'a * stands at the end of a name alone, and a name has 256 characters at most';
  const params = credentials.beneath(own, [...path, 'litellm_params']);
  const info = bagOf(bagOf(entry)?.['model_info']) ?? {};
  const mode = textOf(info['mode']);
  const wanted = wantedOf(params, work);
  if (typeof wanted === 'string') return wanted;
  if (mode === undefined ? OTHER_KINDS.test(wanted.model) : !SERVED_MODES.has(mode)) return NOT_SERVED;
  const planning = planDeployment(wanted, work.variables);
  if (typeof planning === 'string') return planning;
  tellOwn(planning, params, path, info);
  const misfit = misfitOf(planning, work);
  if (misfit !== null) return misfit;
  const id = textOf(info['id']);
  const like = id ?? `${name.replaceAll('*', '')}-${wanted.sellerName}`;
  const from = `${settings.file}:${settings.line(path)}`;
  credentials.used(own);
  const deployment = enterDeployment(planning, work, settings, like, from);
  settings.carried([...path, 'model_info', 'id'], `deployments.${deployment}`);
  return { name, seller: wanted.sellerName, id, member: { deployment, params, path } };
}

function wantedOf(params: Params, { variables }: Work): Parameters<typeof planDeployment>[0] | string {
  const given = params.get('model');
  const text = variables.plain(given?.value);
  if (given === undefined || text === undefined) {
    const variable = referenceOf(given?.value);
    return variable === null
      ? 'it names no model'
      : `its model stands in ${variable}, which is not set here: set it, and import again`;
  }
  if (text.includes('*'))
    return 'a deployment here has one model: import again with `--model NAME` for each model that callers ask for';
  if (text.startsWith('text-completion-')) return NOT_SERVED;
  const said = variables.plain(params.get('custom_llm_provider')?.value);
  const slash = text.indexOf('/');
  const before = slash === -1 ? undefined : text.slice(0, slash);
  const sellerName = said ?? (before === undefined ? sellerOfModel(text) : before);
  const seller = sellerName === undefined ? undefined : sellerNamed(sellerName);
  if (seller === undefined && OTHER_KINDS.test(text)) return NOT_SERVED;
  if (sellerName === undefined || seller === undefined)
    return `the provider "${(sellerName ?? text).slice(0, 64)}" is not known here; if it speaks OpenAI's dialect, write it as openai/MODEL with its api_base`;
  const model = before === sellerName ? text.slice(slash + 1) : text;
  if (model === '') return 'it names a provider and no model';
  const parts = new Map<PartName, Given>();
  for (const [name, value] of params) {
    const part = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
    if (part !== undefined && !parts.has(part)) parts.set(part, value);
  }
  return { seller, sellerName, model, modelPath: given.path, parts };
}

/** What is of the deployment itself beside where and by whom it is called. */
function tellOwn(
  planning: Planning,
  params: Params,
  path: DocumentPath,
  info: Readonly<Record<string, unknown>>,
): void {
  const { marks, fields, wanted } = planning;
  marks.push({ path: wanted.modelPath, outcome: 'carried', field: 'model', says: '' });
  const provider = params.get('custom_llm_provider');
  if (provider !== undefined) marks.push({ path: provider.path, outcome: 'carried', field: 'cloud', says: '' });
  const at = (name: string): DocumentPath => [...path, 'model_info', name];
  const most = numberOf(info['max_output_tokens']) ?? numberOf(info['max_tokens']);
  const window = numberOf(info['max_input_tokens']);
  const base = textOf(info['base_model'])?.split('/').at(-1);
  const output = whole(most) ?? knownOutputCap(base ?? String(fields['model']));
  const input = whole(window);
  if (output !== undefined) fields['max_output_tokens'] = output;
  if (input !== undefined) fields['max_input_tokens'] = input;
  if (most !== undefined) {
    const names = ['max_output_tokens', 'max_tokens'].filter((name) => info[name] !== undefined);
    for (const name of names) marks.push({ path: at(name), outcome: 'carried', field: 'max_output_tokens', says: '' });
  }
  if (window !== undefined)
    marks.push({ path: at('max_input_tokens'), outcome: 'carried', field: 'max_input_tokens', says: '' });
  if (base !== undefined) {
    fields['priced_as'] = base;
    marks.push({ path: at('base_model'), outcome: 'carried', field: 'priced_as', says: '' });
  }
  if (info['mode'] !== undefined)
    marks.push({
      path: at('mode'),
      outcome: 'carried',
      field: null,
      says: 'every route takes Chat, Messages and Responses',
    });
  const parallel = whole(numberOf(params.get('max_parallel_requests')?.value));
  if (parallel !== undefined && parallel > 0) {
    fields['max_concurrency'] = parallel;
    marks.push({
      path: params.get('max_parallel_requests')?.path ?? path,
      outcome: 'carried',
      field: 'max_concurrency',
      says: '',
    });
  }
  explained(planning, params, info, at);
}

function explained(
  { marks, fields }: Planning,
  params: Params,
  info: Readonly<Record<string, unknown>>,
  at: (name: string) => DocumentPath,
): void {
  for (const [name, { path }] of params) {
    const says = priceWords(name, params.get(name)?.value, fields) ?? wordsOf(PARAM_WORDS, name);
    if (says !== undefined) marks.push({ path, outcome: 'left', field: null, says });
  }
  for (const name of Object.keys(info)) {
    const says = priceWords(name, info[name], fields) ?? wordsOf(INFO_WORDS, name);
    if (says !== undefined) marks.push({ path: at(name), outcome: 'left', field: null, says });
  }
}

const wordsOf = (words: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(words, name) ? words[name] : undefined;

/** Our token classes by what a price of one token is called there. */
const PRICES: Readonly<Record<string, string>> = {
  input_cost_per_token: 'input',
  output_cost_per_token: 'output',
  cache_read_input_token_cost: 'cache_read',
  cache_creation_input_token_cost: 'cache_write_5m',
};

/** A price belongs into a file of its own, with its source: the row is told, so that it need not be reckoned. */
function priceWords(name: string, value: unknown, { model, roles }: Planning['fields']): string | undefined {
  if (!/_cost(_|$)/.test(name)) return undefined;
  const cls = Object.hasOwn(PRICES, name) ? PRICES[name] : undefined;
  const price = typeof value === 'string' ? Number(value) : value;
  const million = typeof price === 'number' && price >= 0 ? Number((price * 1e6).toPrecision(12)) : undefined;
  const seller = textOf((roles as { seller?: unknown } | undefined)?.seller);
  const row =
    cls === undefined || million === undefined
      ? ''
      : `: \`{ model: ${String(model)}, ${cls}: ${million} }\`${seller === undefined ? '' : `, seller ${seller}`}`;
  return `prices are rows of a file that \`price_files\` names, by the million tokens (docs/prices.md)${row}`;
}

const whole = (number: number | undefined): number | undefined =>
  number !== undefined && Number.isInteger(number) && number >= 1 ? number : undefined;
