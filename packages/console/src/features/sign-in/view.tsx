// The console while no session is open: how to get a link, and a field for one that was opened elsewhere.
import { useState } from 'react';
import { CommandLine } from '../../parts/command/view.tsx';
import { Copy } from '../../parts/copy/view.tsx';
import type { ProblemText } from '../../parts/problem/model.ts';
import { Problem } from '../../parts/problem/view.tsx';
import { secretOf } from './model.ts';

interface SignInProps {
  /** Why the last link opened nothing; null when none was tried, or a session came to its end. */
  readonly problem: ProblemText | null;
  readonly onLink: (secret: string) => void;
}

const COMMAND = 'weighbridge console';

export function SignIn({ problem, onLink }: SignInProps) {
  const [text, setText] = useState('');
  const secret = secretOf(text);
  const unfit = text.trim() !== '' && secret === null;
  return (
    <main className="gate">
      <section className="gate-card" aria-labelledby="gate-title">
        <p className="gate-mark">Weighbridge</p>
        <h1 id="gate-title">This console opens by a link.</h1>
        <p>
          The link is printed where Weighbridge starts. It opens one session, once, within five minutes; whoever opens
          it may do what the console can. A new one is made on the machine itself:
        </p>
        <p className="command">
          <CommandLine line={COMMAND} /> <Copy text={COMMAND} label="Copy" />
        </p>
        {problem !== null && <Problem problem={problem} />}
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (secret !== null) onLink(secret);
          }}
        >
          <label htmlFor="gate-link">Or paste the link here</label>
          <div className="gate-field">
            <input
              id="gate-link"
              className="field"
              value={text}
              autoComplete="off"
              spellCheck={false}
              placeholder="http://127.0.0.1:7412/console/#link=…"
              aria-invalid={unfit}
              aria-describedby="gate-says"
              onChange={(event) => setText(event.target.value)}
            />
            <button type="submit" className="button primary" disabled={secret === null}>
              Open
            </button>
          </div>
          <p id="gate-says" className="gate-says" aria-live="polite">
            {unfit ? 'There is no link in this text: it ends in #link= and a secret.' : ' '}
          </p>
        </form>
      </section>
    </main>
  );
}
