// The brief as one file of HTML that needs nothing else: no script, no address, its style within. On paper it is one page of A4; each
// line has its height, so that no text, however long, makes a second one. Everything that came from outside is escaped.
import {
  A4,
  noteLines,
  noteOf,
  SHEET_LINES as LINES,
  SHEET_ROOM as ROOM,
  SHEET_TYPE as TYPE,
  type Sheet,
  type SheetLayout,
  type SheetSection,
} from '@weighbridge/protocol';

export const briefHtml = (sheet: Sheet): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(sheet.title)}</title>
<style>${styleOf(sheet.layout)}</style>
</head>
<body>
<main>
<header><h1>${escaped(sheet.title)}${sheet.mark === null ? '' : ` <em>${escaped(sheet.mark)}</em>`}</h1><p class="headline">${escaped(sheet.headline)}</p><p>${escaped(sheet.about)}</p></header>
${sheet.sections.map((section) => sectionHtml(section, sheet.layout)).join('\n')}
<footer><p>${escaped(sheet.foot)}</p></footer>
</main>
</body>
</html>
`;

function sectionHtml(section: SheetSection, layout: SheetLayout): string {
  const { id, title, lead, columns, rows, lines } = section;
  const note = noteOf(section);
  const cells = (row: readonly string[]): string =>
    row
      .map((cell, at) => `<td${columns[at]?.figure === true ? ' class="figure"' : ''}><div>${escaped(cell)}</div></td>`)
      .join('');
  const table =
    rows.length === 0
      ? ''
      : `<table class="lines-${lines}"><colgroup>${columns.map(({ width }) => `<col style="width:${width}%">`).join('')}</colgroup>
<thead><tr>${columns.map((column) => `<th scope="col"${column.figure ? ' class="figure"' : ''}>${escaped(column.title)}</th>`).join('')}</tr></thead>
<tbody>${rows.map((row) => `<tr>${cells(row)}</tr>`).join('')}</tbody></table>`;
  return `<section aria-labelledby="${id}"><div class="head"><h2 id="${id}">${escaped(title)}</h2><p>${escaped(lead)}</p></div>${table}${note === '' ? '' : `<p class="note note-${noteLines(section, layout)}">${escaped(note)}</p>`}</section>`;
}

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => SIGNS[sign] ?? sign);

const ROW = 'overflow:hidden;text-overflow:ellipsis';
function styleOf({ scale, gap }: SheetLayout): string {
  const height = (of: keyof typeof LINES): number => LINES[of] * scale;
  const size = (of: keyof typeof TYPE): number => TYPE[of] * scale;
  return `
@page{size:A4;margin:${A4.margin}mm}
*{box-sizing:border-box;margin:0;padding:0}
body{font-family:Inter,"Helvetica Neue",Helvetica,Arial,sans-serif;color:#1c1a17;background:#fff;line-height:1.25}
main{width:${ROOM.width}mm;height:${ROOM.height}mm;overflow:hidden;position:relative}
h1{font-size:${size('title')}pt;height:${height('title')}mm;font-weight:600;white-space:nowrap;${ROW}}
h1 em{font-style:normal;font-size:${size('lead')}pt;border:.3mm solid #9a5b00;color:#7a4700;padding:.4mm 1.2mm;vertical-align:middle}
header p{font-size:${size('about')}pt;height:${height('about')}mm;color:#5b5750;white-space:nowrap;${ROW}}
header .headline{font-size:${size('headline')}pt;height:${height('headline')}mm;color:inherit}
section{padding-top:${gap}mm}
.head{display:flex;gap:3mm;align-items:baseline;height:${height('head')}mm;border-bottom:.3mm solid #1c1a17}
h2{font-size:${size('head')}pt;font-weight:600;white-space:nowrap;flex:none}
.head p{font-size:${size('lead')}pt;color:#5b5750;white-space:nowrap;flex:1;min-width:0;text-align:right;${ROW}}
table{width:100%;border-collapse:collapse;table-layout:fixed}
th{height:${height('columns')}mm;font-size:${size('columns')}pt;font-weight:400;color:#5b5750;text-align:left;vertical-align:middle;white-space:nowrap;padding:0 2mm 0 0;${ROW}}
td{font-size:${size('cell')}pt;border-top:.15mm solid #d9d5ce;padding:0 2mm 0 0;vertical-align:top}
th:last-child,td:last-child{padding-right:0}
.figure{text-align:right;font-variant-numeric:tabular-nums}
.lines-1 td{height:${height('one')}mm}
.lines-1 td div{height:${height('one') - 0.2}mm;line-height:${height('one') - 0.2}mm;white-space:nowrap;${ROW}}
.lines-2 td{height:${height('two')}mm}
.lines-2 td div{max-height:${height('two') - 0.3}mm;padding-top:.5mm;overflow:hidden;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overflow-wrap:anywhere}
.note{height:${height('note')}mm;font-size:${size('note')}pt;color:#5b5750;padding-top:.5mm;overflow:hidden}
.note-1{white-space:nowrap;text-overflow:ellipsis}
.note-2{height:${2 * height('note')}mm}
footer{position:absolute;bottom:0;left:0;right:0;height:${height('foot')}mm;font-size:${size('foot')}pt;color:#5b5750;border-top:.15mm solid #d9d5ce;padding-top:.8mm;overflow:hidden}
@media screen{body{padding:8mm;overflow-x:auto}main{margin:0 auto}}
`;
}
