// A plan's report as one file of HTML that needs nothing else: no script, no address, its style and drawings within. Everything that came
// from a file is escaped.
import type { PlanDocument, PlanRun } from '@weighbridge/protocol';
import type { Drawing, Shape } from './drawing.ts';
import { documentPaper, paperOf, type Paper, type PaperSection, type PaperTable } from './sheet.ts';

export const planHtml = (run: PlanRun): string => pageOf(paperOf(run));

export const documentHtml = (document: PlanDocument, from: string): string => pageOf(documentPaper(document, from));

const pageOf = ({ title, mark, says, about, cautions, sections }: Paper): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header><h1>${escaped(title)} <em>${escaped(mark)}</em></h1><p class="says">${escaped(says)}</p><p class="about">${escaped(about)}</p></header>
${cautions.length === 0 ? '' : `<ul class="cautions" aria-label="Take care">${cautions.map((caution) => `<li>${escaped(caution)}</li>`).join('')}</ul>`}
${sections.map(sectionHtml).join('\n')}
</main>
</body>
</html>
`;

const sectionHtml = ({ title, words, drawing, table, note }: PaperSection, at: number): string =>
  `<section aria-labelledby="part-${at}"><h2 id="part-${at}">${escaped(title)}</h2>${words.map((each) => `<p>${escaped(each)}</p>`).join('')}${drawing === null ? '' : drawingSvg(drawing)}${table === null || table.rows.length === 0 ? '' : tableHtml(table, title)}${note === null ? '' : `<p class="note">${escaped(note)}</p>`}</section>`;

function tableHtml({ head, rows }: PaperTable, name: string): string {
  const kind = (at: number): string => (head[at]?.figure === true ? ' class="figure"' : '');
  return `<div class="wide" tabindex="0" role="region" aria-label="${escaped(name)}"><table><thead><tr>${head
    .map(({ title }, at) => `<th scope="col"${kind(at)}>${escaped(title)}</th>`)
    .join('')}</tr></thead><tbody>${rows
    .map((row) => `<tr>${row.map((cell, at) => `<td${kind(at)}>${escaped(cell)}</td>`).join('')}</tr>`)
    .join('')}</tbody></table></div>`;
}

const drawingSvg = ({ width, height, says, shapes }: Drawing): string =>
  `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(says)}">${shapes.map(shapeSvg).join('')}</svg>`;

function shapeSvg(shape: Shape): string {
  if (shape.is === 'text')
    return `<text x="${shape.x.toFixed(1)}" y="${shape.y.toFixed(1)}"${shape.right ? ' text-anchor="end"' : ''}>${escaped(shape.text)}</text>`;
  return shape.is === 'area'
    ? `<path d="${shape.path}" fill="${shape.ink}" fill-opacity=".22"/>`
    : `<path d="${shape.path}" fill="none" stroke="${shape.ink}" stroke-width="1.5"/>`;
}

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => SIGNS[sign] ?? sign);

const STYLE = `
@page{size:A4 landscape;margin:12mm}
*{box-sizing:border-box;margin:0;padding:0}
body{font-family:Inter,"Helvetica Neue",Helvetica,Arial,sans-serif;font-size:14px;line-height:1.45;color:#1c1a17;background:#fff}
main{max-width:1100px;margin:0 auto;padding:24px 16px}
h1{font-size:22px;line-height:1.25}
h1 em{display:inline-block;font-size:12px;font-style:normal;font-weight:600;color:#7a4700;border:1px solid #9a5b00;padding:1px 6px;vertical-align:middle}
.says{font-size:16px;margin:12px 0 4px}
.about,.note,section>p{color:#5b5750}
.cautions{margin:12px 0;padding:8px 8px 8px 26px;border-left:3px solid #9a5b00;background:#fdf6ea}
section{padding-top:24px}
h2{font-size:16px;padding-bottom:4px;margin-bottom:8px;border-bottom:1px solid #1c1a17;break-after:avoid}
.wide{overflow-x:auto}
table{width:100%;border-collapse:collapse;font-size:13px}
thead{display:table-header-group}
tr{break-inside:avoid}
th{font-weight:400;color:#5b5750;text-align:left;vertical-align:bottom;padding:4px 12px 4px 0}
td{border-top:1px solid #d9d5ce;padding:4px 12px 4px 0;vertical-align:top}
.figure{text-align:right;font-variant-numeric:tabular-nums}
svg{display:block;width:100%;max-width:860px;height:auto;break-inside:avoid}
svg text{font-size:11px;fill:#4a463f}
`;
