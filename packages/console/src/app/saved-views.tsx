// Views that somebody saved of a page, and the way to save this one. They stand in the journal, for everybody who uses
// this console.
import { useQueryClient } from '@tanstack/react-query';
import { useRouterState } from '@tanstack/react-router';
import { ViewsMenu } from '../features/views/view.tsx';
import { ON_SAMPLE } from '../url/mount.ts';
import { BASE } from './navigate.ts';
import { useAnswer, valueOf } from './use-answer.ts';
import { useChange } from './use-change.ts';

/** Nothing can be saved in a log that is only looked at. */
export const SavedViews = ({ path }: { readonly path: string }) => (ON_SAMPLE ? null : <Views path={path} />);

function Views({ path }: { readonly path: string }) {
  const query = useRouterState({ select: (state) => state.location.searchStr }).replace(/^\?/, '');
  const client = useQueryClient();
  const views = useAnswer('views', {}, 'stream');
  const again = (): void => void client.invalidateQueries({ queryKey: ['views'] });
  const saved = useChange('saveView', again);
  const removed = useChange('removeView', again);
  const problem = [saved.change, removed.change].find((change) => change.state === 'problem');
  const rows = valueOf(views)?.rows.filter((view) => view.path === path) ?? [];
  return (
    <ViewsMenu
      views={rows.map((view) => ({
        id: view.id,
        name: view.name,
        href: `${BASE.replace(/\/$/, '')}${view.path}${view.query === '' ? '' : `?${view.query}`}`,
        shown: view.query === query,
      }))}
      problem={problem?.state === 'problem' ? problem.problem : null}
      onSave={(name) => {
        const same = rows.find((view) => view.name === name);
        saved.run({ ...(same === undefined ? {} : { id: same.id }), name, path, query });
      }}
      onRemove={(id) => removed.run({ id })}
    />
  );
}
