const character = { width: 7.8, height: 19, size: 13 };
const margin = { x: 20, top: 58, bottom: 20 };
const colours = {
  text: '#d7dce2',
  dim: '#8b949e',
  red: '#ff8f86',
  green: '#6fdd8b',
  yellow: '#e9c46a',
  cyan: '#76d9e6',
};
/** What `util.styleText` writes (ECMA-48 §8.3.117), and how it is drawn. */
const styles = {
  0: { bold: false, fill: 'text' },
  1: { bold: true },
  2: { fill: 'dim' },
  22: { bold: false, fill: 'text' },
  31: { fill: 'red' },
  32: { fill: 'green' },
  33: { fill: 'yellow' },
  36: { fill: 'cyan' },
  39: { fill: 'text' },
};

/**
 * An SVG of a dark terminal window, for light and dark pages alike: the prompt, then what a program printed, its colours as
 * ANSI codes. Throws for a code that it does not know.
 */
export function terminalPicture(prompt, printed) {
  const lines = [[{ text: prompt, column: 0, bold: true, fill: 'text' }], [], ...runsOf(printed.trimEnd())];
  const columns = Math.max(
    80,
    ...lines.map((runs) => Math.max(0, ...runs.map(({ column, text }) => column + [...text].length))),
  );
  const width = Math.ceil(columns * character.width + 2 * margin.x);
  const height = lines.length * character.height + margin.top + margin.bottom;
  const title = escaped(prompt.replace(/^\$ /u, ''));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Terminal: ${title}">
<rect width="${width}" height="${height}" rx="10" fill="#161b22" stroke="#444c56"/>
<circle cx="22" cy="20" r="6" fill="#ff5f57"/><circle cx="42" cy="20" r="6" fill="#febc2e"/><circle cx="62" cy="20" r="6" fill="#28c840"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace" font-size="${character.size}" xml:space="preserve">
${lines.map(drawn).filter(Boolean).join('\n')}
</g>
</svg>
`;
}

/** Each line as runs of one style, with the column that each begins in. */
function runsOf(printed) {
  let style = { bold: false, fill: 'text' };
  return printed.split('\n').map((line) => {
    const runs = [];
    let column = 0;
    for (const part of line.split(/(\u001b\[\d+m)/u)) {
      const code = /^\u001b\[(\d+)m$/u.exec(part)?.[1];
      if (code !== undefined) {
        if (!Object.hasOwn(styles, code))
          throw new Error(`the ANSI code ${code} has no colour in terminal-picture.mjs`);
        style = { ...style, ...styles[code] };
      } else if (part !== '') {
        runs.push({ ...style, column, text: part });
        column += [...part].length;
      }
    }
    return runs;
  });
}

/** Every run names its place, so that columns stay columns in any monospaced font. */
function drawn(runs, index) {
  const y = margin.top + index * character.height;
  const spans = runs
    .filter(({ text }) => text.trim() !== '')
    .map(({ text, column, bold, fill }) => {
      const lead = text.length - text.trimStart().length;
      const x = (margin.x + (column + lead) * character.width).toFixed(1);
      return `<tspan x="${x}" fill="${colours[fill]}"${bold ? ' font-weight="bold"' : ''}>${escaped(text.trim())}</tspan>`;
    });
  return spans.length === 0 ? '' : `<text y="${y}">${spans.join('')}</text>`;
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
