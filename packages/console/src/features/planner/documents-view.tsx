// The papers of a plan, drawn: what it says, why, and from where, section by section, and a file of it to take along.
import { saveText } from '../../parts/copy/save-text.ts';
import { Plain } from '../../parts/plain-table/view.tsx';
import type { PapersText, PaperText } from './documents.ts';
import { leadTo } from './places.ts';

const HEAD = ['What', 'Why', 'Source'];

export const Papers = ({ papers: { papers, choice } }: { readonly papers: PapersText }) => (
  <>
    {papers.map((paper) => (
      <Paper key={paper.key} paper={paper} />
    ))}
    {papers.length === 0 && choice !== null && (
      <section className="plan-section" aria-label="Exit plan">
        <h2>Exit plan</h2>
        <p>
          Of nobody yet: what leaving a seller takes is written here once one is chosen.{' '}
          <button type="button" className="plan-lead" onClick={() => leadTo(choice)}>
            Choose the seller to leave
          </button>
        </p>
      </section>
    )}
  </>
);

const Paper = ({ paper: { title, says, sections, file, place } }: { readonly paper: PaperText }) => (
  <section className="plan-section plan-paper" aria-label={title} id={place} tabIndex={-1}>
    <header>
      <h2>{title}</h2>
      <button type="button" className="button" onClick={() => saveText(file.name, file.text, 'text/markdown')}>
        Save as Markdown
      </button>
    </header>
    <p className="section-note">{says}</p>
    {sections.map((section) => (
      <section key={section.title} aria-label={section.name}>
        <h3>{section.title}</h3>
        <Plain name={section.name} head={HEAD} rows={section.rows} />
      </section>
    ))}
  </section>
);
