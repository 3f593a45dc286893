// The report of an import for people: what was not carried first, since that is what has to be done, then what changed, then what is
// as it was; then the variables to set, and what the check of the new configuration says. Settings of one place that met the same
// fate are one line.
import { problemLine } from '@weighbridge/document';
import type { Imported } from '@weighbridge/server';
import type { Paint } from '../frame/output.ts';
import { count, counted } from '../frame/text-table.ts';

type Told = Imported['settings'][number];

const HEADS: readonly (readonly [Told['outcome'], string])[] = [
  ['left', 'Not carried'],
  ['changed', 'Carried with a change'],
  ['carried', 'Carried'],
];

export function importReport(done: Imported, paint: Paint, written: string | undefined): string {
  const { counts, settings, files, variables, notes } = done;
  const total = counts.carried + counts.changed + counts.left;
  const lines = [
    `${files.join(', ')}: ${counted(total, 'setting')}. ${count(counts.carried)} carried, ${count(counts.changed)} carried with a change, ${count(counts.left)} not carried.`,
  ];
  for (const [outcome, head] of HEADS) {
    const rows = folded(
      settings.filter((setting) => setting.outcome === outcome),
      files.length > 1,
    );
    if (rows.length > 0) lines.push('', paint.bold(head), ...rows.map((row) => `  ${row}`));
  }
  if (variables.length > 0)
    lines.push(
      '',
      paint.bold('Set before the start'),
      ...variables.map(({ name, clear_at: at }) =>
        at === null ? `  ${name}` : `  ${name}  its value stands in clear at ${at}: replace it, it has been seen`,
      ),
    );
  if (notes.length > 0) lines.push('', paint.bold('To look at'), ...notes.map((note) => `  ${note}`));
  return [...lines, '', ...verdict(done, paint, written)].join('\n');
}

/** Lines of the source, with its name where there are several. One line for settings that stand side by side, below one place, and of which the same is said. */
function folded(settings: readonly Told[], namesFile: boolean): string[] {
  const rows: { readonly first: Told; readonly place: string; many: number }[] = [];
  for (const setting of settings) {
    const place = placeOf(setting.setting);
    const last = rows.at(-1);
    const isSame =
      last !== undefined && last.place === place && last.first.says === setting.says && last.first.to === setting.to;
    if (isSame && last.first.file === setting.file) last.many += 1;
    else rows.push({ first: setting, place, many: 1 });
  }
  return rows.map(({ first, place, many }) => {
    const name = many === 1 ? first.setting : `${place} (${counted(many, 'setting')})`;
    const said = [first.to === null ? '' : `→ ${first.to}`, first.says].filter((part) => part !== '');
    const at = namesFile ? `${first.file}:${first.line}` : String(first.line).padStart(4);
    return `${at}  ${name}${said.length === 0 ? '' : `  ${said.join(': ')}`}`;
  });
}

/** The entry of a list that a setting is of, else the two outermost names: `model_list[3]`, `router_settings.retry_policy`. */
const placeOf = (setting: string): string => /^[^.[]+(?:\[\d+\]|\.[^.[]+)?/.exec(setting)?.[0] ?? setting;

function verdict({ problems, routes }: Imported, paint: Paint, written: string | undefined): string[] {
  const name = written ?? 'the configuration';
  const lines = problems.map(
    (problem) =>
      `${problem.severity === 'error' ? paint.bad('error') : paint.doubt('warning')}  ${problemLine(name, problem)}`,
  );
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const checked =
    errors > 0
      ? `Checked: ${name} cannot be used as it is, ${counted(errors, 'error')}.`
      : `Checked: ${name} is good${problems.length === 0 ? '' : `, with ${counted(problems.length, 'warning')}`}.`;
  if (routes === 0) return [...lines, 'Nothing that was found could be carried: there is no route.'];
  const next =
    written === undefined
      ? ''
      : ` Next: \`weighbridge up --config ${written}\`, then \`weighbridge keys create imported\`.`;
  return [...lines, `${checked}${next}`];
}
