// A model by the name that a cloud's own clients write, as the routes may know it. The name as written comes first: only
// where no route has it is the cloud's decoration taken off, so that `us.anthropic.claude-sonnet-4-5-20250929-v1:0` and
// `claude-sonnet-4-5@20250929` lead where `claude-sonnet-4-5-20250929` leads.

const ARN = /^arn:[^/]{1,200}:(?:foundation-model|(?:application-)?inference-profile)\/(.+)$/;
const GEOGRAPHY = /^[a-z]{2,6}(?:-gov)?\.(?=[a-z0-9-]+\.)/;
const MAKER = /^[a-z0-9-]+\.(?=[a-z])/;
const REVISION = /-v\d{1,3}(?::\d{1,3})?$/;

/** Names without what the cloud adds, nearest first; none when nothing was added. */
export function plainNames(written: string): readonly string[] {
  const inside = ARN.exec(written)?.[1] ?? written;
  const bare = inside.replace(GEOGRAPHY, '').replace(MAKER, '').replace(REVISION, '');
  const dated = bare.replace(/@(?:default|latest)$/, '').replace(/@(\d{8})$/, '-$1');
  return [...new Set([inside, dated])].filter((name) => name !== written && name !== '');
}
