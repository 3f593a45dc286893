// The tools at the left, the settings of the chosen one beside them: each text with a button that copies it.
import { Copy } from '../../parts/copy/view.tsx';
import { Choice } from '../choice-view.tsx';
import { PageHead } from '../page-head-view.tsx';
import type { ClientsAsked, ClientsText, ToolChoice } from './model.ts';

/** No name of a key has a space. */
const ANY_KEY = 'any key';

export interface ClientsViewProps {
  /** Null: the address is on its way. */
  readonly text: ClientsText | null;
  readonly asked: ClientsAsked;
  readonly models: readonly string[];
  readonly keys: readonly string[];
  readonly hrefOf: (tool: string) => string;
  readonly change: (asked: Partial<ClientsAsked>) => void;
  readonly busy: boolean;
}

export function ClientsView({ text, asked, models, keys, hrefOf, change, busy }: ClientsViewProps) {
  return (
    <div className="page" aria-busy={busy}>
      <PageHead {...text?.headline} />
      {text !== null && (
        <div className="clients">
          <nav aria-label="Tools">
            <ul className="clients-tools">
              {text.tools.map((tool) => (
                <Tool key={tool.id} tool={tool} href={hrefOf(tool.id)} />
              ))}
            </ul>
          </nav>
          <section aria-label={text.shown.name} className="clients-settings">
            <h2>{text.shown.name}</h2>
            <p>
              Speaks {text.speaks}; {text.tested}.
            </p>
            <div className="clients-asked">
              <Choice
                label="Route"
                chosen={text.model}
                choices={models.includes(text.model) ? models : [text.model, ...models]}
                onChange={(model) => change({ model })}
              />
              <Choice
                label="Key"
                chosen={asked.key === '' ? ANY_KEY : asked.key}
                choices={[ANY_KEY, ...keys]}
                onChange={(key) => change({ key: key === ANY_KEY ? '' : key })}
              />
            </div>
            <Settings text={text} />
          </section>
        </div>
      )}
    </div>
  );
}

const Tool = ({ tool, href }: { readonly tool: ToolChoice; readonly href: string }) => (
  <li>
    <a href={href} aria-current={tool.chosen ? 'page' : undefined}>
      <span>{tool.name}</span> <small>{tool.about}</small>
    </a>
  </li>
);

const Settings = ({ text: { shown, command } }: { readonly text: ClientsText }) => (
  <>
    {shown.settings.map(({ where, text }) => (
      <figure key={where}>
        <figcaption>
          {withCode(where)} <Copy text={text} label="Copy" />
        </figcaption>
        <pre tabIndex={0} aria-label={where.replaceAll('`', '')}>
          <code>{text}</code>
        </pre>
      </figure>
    ))}
    {shown.notes.length > 0 && (
      <ul>
        {shown.notes.map((note) => (
          <li key={note}>{withCode(note)}</li>
        ))}
      </ul>
    )}
    <p>
      Documented by its maker:{' '}
      {shown.sources.map((source) => (
        <a key={source} href={source} rel="noreferrer noopener" className="clients-source">
          {source}
        </a>
      ))}
    </p>
    <Copy text={command} label="Copy as command" />
  </>
);

/** What stands between backticks is code; the same code stands once in a sentence. */
const withCode = (text: string) =>
  text.split('`').map((part, at) => (at % 2 === 1 ? <code key={part}>{part}</code> : part));
