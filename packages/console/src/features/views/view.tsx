// The menu of saved views: each is a link; the one that is shown says so.
import { useState } from 'react';
import { Icon } from '../../parts/icon/view.tsx';
import { Popover } from '../../parts/popover/view.tsx';
import type { ProblemText } from '../../parts/problem/model.ts';
import { Problem } from '../../parts/problem/view.tsx';

export interface ViewEntry {
  readonly id: string;
  readonly name: string;
  readonly href: string;
  readonly shown: boolean;
}
interface ViewsMenuProps {
  readonly views: readonly ViewEntry[];
  readonly problem: ProblemText | null;
  readonly onSave: (name: string) => void;
  readonly onRemove: (id: string) => void;
}

export function ViewsMenu(props: ViewsMenuProps) {
  const shown = props.views.find((view) => view.shown);
  return (
    <Popover
      className="button"
      name={shown === undefined ? 'Saved views' : `Saved views: ${shown.name}`}
      label={
        <>
          <span>{shown?.name ?? 'Views'}</span>
          <Icon name="down" />
        </>
      }
    >
      {(close) => <Menu {...props} close={close} />}
    </Popover>
  );
}

function Menu({ views, problem, onSave, onRemove, close }: ViewsMenuProps & { readonly close: () => void }) {
  const [name, setName] = useState('');
  return (
    <div className="views">
      {views.length === 0 && <p className="section-note">No view of this page was saved yet.</p>}
      <ul>
        {views.map(({ id, name: title, href, shown }) => (
          <li key={id}>
            <a href={href} aria-current={shown ? 'true' : undefined} onClick={close}>
              {title}
            </a>
            <button
              type="button"
              className="button quiet square"
              aria-label={`Remove the view ${title}`}
              onClick={() => onRemove(id)}
            >
              <Icon name="cross" />
            </button>
          </li>
        ))}
      </ul>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSave(name.trim());
          setName('');
        }}
      >
        <label className="labelled">
          <span>Save what is shown now as</span>
          <input
            className="field"
            value={name}
            maxLength={80}
            autoComplete="off"
            onChange={(event) => setName(event.target.value)}
          />
        </label>
        <button type="submit" className="button primary" disabled={name.trim() === ''}>
          Save
        </button>
      </form>
      {problem !== null && <Problem problem={problem} />}
    </div>
  );
}
