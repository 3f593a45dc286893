// Another program's configuration as ours: read, carried part by part, written as text, and checked by the rules of every
// configuration. What comes out says of each setting what became of it, and holds no secret.
import { checkConfigText } from '../config/load.ts';
import type { Environment } from '../config/environment.ts';
import type { Problem } from '@weighbridge/document';
import { Draft } from './draft.ts';
import type { Work } from './enter-deployment.ts';
import { importLitellm } from './litellm/import-litellm.ts';
import { importPortkey, type PortkeyAsked } from './portkey/import-portkey.ts';
import { readSource, type SourceFile } from './read-source.ts';
import type { Settings, ToldSetting } from './settings.ts';
import { bagOf } from './values.ts';
import { Variables, type WantedVariable } from './variables.ts';
import { writeDraft } from './write-draft.ts';

export type MovingFrom = 'litellm' | 'portkey';

export interface ImportAsked {
  readonly from: MovingFrom;
  readonly files: readonly SourceFile[];
  /** Addresses that stand in variables are read from here. */
  readonly environment: Environment;
  /** UTC milliseconds. */
  readonly now: number;
  readonly portkey?: PortkeyAsked;
  /** Of LiteLLM: names of models that entries with a star serve. */
  readonly models?: readonly string[];
}

export interface Imported {
  readonly from: MovingFrom;
  readonly files: readonly string[];
  /** Our configuration, as text. */
  readonly config: string;
  readonly counts: Readonly<Record<'carried' | 'changed' | 'left', number>>;
  readonly settings: readonly ToldSetting[];
  /** What has to be set before the instance is started. */
  readonly variables: readonly WantedVariable[];
  readonly notes: readonly string[];
  /** What the check of the configuration says of it. */
  readonly problems: readonly Problem[];
  readonly routes: number;
}

const KEY_NAME = 'imported';

/** Throws IMPORT_INVALID, naming file and line. */
export function importConfig(asked: ImportAsked): Imported {
  const sources = asked.files.map(readSource);
  const filed = Object.assign(
    {},
    ...sources.map(({ value }) => bagOf(bagOf(value)?.['environment_variables']) ?? {}),
  ) as object;
  const variables = new Variables(
    asked.environment,
    bagOf(filed) ?? {},
    sources.map(({ value }) => value),
  );
  const work: Work = { draft: new Draft(), variables, notes: [], now: asked.now };
  if (asked.from === 'litellm') for (const settings of sources) importLitellm(settings, work, asked.models ?? []);
  else importPortkey(sources, work, asked.portkey ?? {});
  const config = writeDraft(finished(work, asked.from), headOf(sources, asked.from));
  const { problems } = checkConfigText('the configuration that was made', config, '.', asked.now);
  const settings = sources.flatMap((source) => source.told());
  return {
    from: asked.from,
    files: sources.map(({ file }) => file),
    config,
    counts: countsOf(settings),
    settings,
    variables: variables.wanted,
    notes: notesOf(work),
    problems,
    routes: work.draft.routes.size,
  };
}

/** What every configuration here needs and no other program has. */
function finished({ draft }: Work, from: MovingFrom): Draft {
  draft.top.set('keys', {
    value: { [KEY_NAME]: {} },
    from: `Keys are made here, not taken over from ${PROGRAMS[from]}: \`weighbridge keys create ${KEY_NAME}\` makes one that may use every route`,
  });
  return draft;
}

const PROGRAMS: Readonly<Record<MovingFrom, string>> = { litellm: 'LiteLLM', portkey: 'Portkey' };

const headOf = (sources: readonly Settings[], from: MovingFrom): readonly string[] => [
  `Made by \`weighbridge import ${from}\` from ${sources.map(({ file }) => file).join(', ')}.`,
  'Each part says where it came from. docs/configuration.md says what may stand here, docs/moving-in.md what was not carried and why.',
];

function countsOf(settings: readonly ToldSetting[]): Imported['counts'] {
  const counts = { carried: 0, changed: 0, left: 0 };
  for (const { outcome } of settings) counts[outcome] += 1;
  return counts;
}

function notesOf({ draft, notes }: Work): readonly string[] {
  const unbounded = [...draft.deployments]
    .filter(([, { fields }]) => fields['max_output_tokens'] === undefined)
    .map(([id]) => id);
  const bound =
    unbounded.length === 0
      ? []
      : [
          `${unbounded.join(', ')}: a hard budget refuses calls that name no max_tokens there: write the model's own cap as \`max_output_tokens\``,
        ];
  return [...new Set([...notes, ...bound])];
}
