import { type Page, plainPaint } from '../../src/report/paint.js';

/** 80 columns without colour. */
export const plain: Page = { paint: plainPaint, width: 80 };

const mark = (name: string) => (text: string) => `<${name}>${text}</${name}>`;

/** 80 columns, every colour as a tag. */
export const coloured: Page = {
  paint: {
    bold: mark('bold'),
    dim: mark('dim'),
    red: mark('red'),
    green: mark('green'),
    yellow: mark('yellow'),
    cyan: mark('cyan'),
  },
  width: 80,
};

/** Text as a hostile name or value holds it: it colours, hides, reorders, links, and commands a CI runner. */
export const hostile =
  '\u001b[31mred\u0007\r\n::error::x ##[error]y \u202e\u2028\u200b\u{e0041} @team #12 <img src=x> `` ``` | [a](b) \u0085end';

/** What must never reach a terminal or a log: controls, what hides or reorders text, and commands. */
export function dangers(text: string): string[] {
  const lines = text.split('\n');
  return [
    ...(text.replaceAll('\n', '').match(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\u{e0000}-\u{e0fff}]/gu) ?? []),
    ...lines.filter((line) => /^\s*::/.test(line)),
    ...lines.filter((line) => line.includes('##[')),
  ];
}

/** A file beside the other golden texts. */
export function golden(name: string): string {
  return new URL(`../cases/report/${name}`, import.meta.url).pathname;
}
