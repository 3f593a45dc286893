// A draft as the text of a configuration that a person reads and goes on with: parts in the order of docs/configuration.md, small
// mappings on one line, and above each part where it came from. Comments are texts of another file, so they keep to one line.
import { Document, isMap, isScalar, isSeq, visit, type Node, type Pair, type YAMLMap } from 'yaml';
import type { Draft, Part } from './draft.ts';

const COMMENT_MOST = 300;
/** Mappings of these names stand on one line. */
const FLOWING: ReadonlySet<string> = new Set([
  'secret',
  'access_key_id',
  'secret_access_key',
  'session_token',
  'url',
  'roles',
  'cache',
  'timers',
  'budget',
  'logging',
  'prometheus',
  'otlp',
  'arms',
  'where',
]);
/** As the configuration's own page has them. */
const ORDER = [
  'budget',
  'limits',
  'logging',
  'telemetry',
  'alerts',
  'credentials',
  'deployments',
  'routes',
  'keys',
] as const;

export function writeDraft(draft: Draft, head: readonly string[]): string {
  const root = new Document({ version: 1 });
  const top = root.contents as unknown as YAMLMap;
  root.commentBefore = head.map(commentOf).join('\n');
  for (const key of ORDER) {
    const made = SECTIONS[key](draft, root);
    if (made !== null) top.items.push(made);
  }
  visit(root, { Pair: (_, { key, value }) => flowing(key, value) });
  return root.toString({ lineWidth: 0, singleQuote: true, flowCollectionPadding: true });
}

type Made = Pair<Node, Node | null> | null;
type Section = (draft: Draft, root: Document) => Made;

const SECTIONS: Readonly<Record<(typeof ORDER)[number], Section>> = {
  budget: atTop('budget'),
  limits: limitsOf,
  logging: atTop('logging'),
  telemetry: atTop('telemetry'),
  alerts: ({ channels }, root) =>
    channels.size === 0 ? null : pair(root, 'alerts', mapOf(root, [partsOf(root, 'channels', channels)])),
  credentials: ({ credentials }, root) => partsOf(root, 'credentials', credentials),
  deployments: ({ deployments }, root) => partsOf(root, 'deployments', deployments),
  routes: ({ routes }, root) => partsOf(root, 'routes', routes),
  keys: atTop('keys'),
};

function atTop(key: string): Section {
  return ({ top }, root) => {
    const held = top.get(key);
    return held === undefined ? null : pair(root, key, held.value, held.from);
  };
}

function limitsOf({ top, rules }: Draft, root: Document): Made {
  const bytes = top.get('request_bytes');
  const members = [
    bytes === undefined ? null : pair(root, 'request_bytes', bytes.value, bytes.from),
    partsOf(root, 'rules', rules),
  ];
  return members.every((member) => member === null) ? null : pair(root, 'limits', mapOf(root, members));
}

const partsOf = (root: Document, key: string, parts: ReadonlyMap<string, Part>): Made =>
  parts.size === 0
    ? null
    : pair(
        root,
        key,
        mapOf(
          root,
          [...parts].map(([name, { fields, from }]) => pair(root, name, fields, from)),
        ),
      );

function mapOf(root: Document, members: readonly Made[]): Node {
  const map = root.createNode({});
  for (const member of members) if (member !== null) map.items.push(member as never);
  return map;
}

function pair(root: Document, key: string, value: unknown, from?: string): Pair<Node, Node | null> {
  const made = root.createPair(key, value, { aliasDuplicateObjects: false }) as Pair<Node, Node | null>;
  if (from !== undefined) made.key.commentBefore = commentOf(from);
  return made;
}

/** One line without control characters, whatever a name in the source held. */
const commentOf = (text: string): string =>
  ` ${text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, ' ').slice(0, COMMENT_MOST)}`;

function flowing(key: unknown, value: unknown): void {
  if (isMap(value) && isScalar(key) && FLOWING.has(String(key.value))) value.flow = true;
  if (isMap(value) && value.items.length === 0) value.flow = true;
  if (!isSeq(value)) return;
  if (value.items.every((item) => isScalar(item))) value.flow = true;
  else for (const item of value.items) if (isMap(item)) item.flow = true;
}
