// What can be taken along: the report, the address, the command that says the same, the file, and the seed that makes it come out again.
import { CommandLine } from '../../parts/command/view.tsx';
import { Copy } from '../../parts/copy/view.tsx';

export interface TakeProps {
  readonly command: string;
  /** Of this page, as it stands; null where it would not open elsewhere, since it speaks of a file in this tab. */
  readonly address: string | null;
  readonly seed: string;
  readonly onSeed: (seed: string) => void;
  /** The text of the plan that ships, to be copied; null where there is none. */
  readonly file: string | null;
}

export const Take = ({ command, address, seed, onSeed, file }: TakeProps) => (
  <section className="plan-section" aria-label="Take it with you">
    <h2>Take it with you</h2>
    <ul className="plan-take">
      <li>
        <strong>To send:</strong> the report above. The PDF is A4; the HTML is one file that opens in any browser and
        prints from there. Both hold every figure, assumption and source, and say that it is simulated.
      </li>
      <li>
        <strong>To come back:</strong>{' '}
        {address === null
          ? 'your file is in this tab only. Keep the file: dropped again, it gives the same.'
          : 'the address holds plan, changes and what stands beside it. Keep it, or save it under a name by Views, above.'}{' '}
        {address !== null && <Copy text={address} label="Copy the address" />}
      </li>
      <li>
        <strong>To type:</strong> <CommandLine line={command} /> <Copy text={command} label="Copy as command" />
      </li>
      <li>
        <label className="plan-seed">
          <strong>Seed</strong>
          <input
            className="field"
            inputMode="numeric"
            pattern="\d{1,9}"
            key={seed}
            defaultValue={seed}
            onBlur={({ target }) => {
              if (/^\d{1,9}$/.test(target.value) && target.value !== seed) onSeed(target.value);
            }}
            onKeyDown={({ key, currentTarget }) => {
              if (key === 'Enter') currentTarget.blur();
            }}
          />
        </label>{' '}
        The same seed gives the same figures; another shows how much of them is chance.
      </li>
    </ul>
    {file !== null && (
      <details>
        <summary>The plan as a file, to be changed and dropped above</summary>
        <Copy text={file} label="Copy the file" />
        <pre className="plan-file" tabIndex={0}>
          {file}
        </pre>
      </details>
    )}
  </section>
);
