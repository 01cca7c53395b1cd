import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { checkSrgs } from '../../../src/manifest/grammar/check-srgs.js';
import { loadEnvironment } from '../../../src/manifest/load-environment.js';
import { memorySource } from '../../../src/manifest/memory-source.js';

// FUZZ_DOCUMENTS=20000 FUZZ_SEED=7 npx vitest run test/manifest/grammar/fuzz.test.ts
const count = Number(process.env['FUZZ_DOCUMENTS'] ?? 400);
const seed = Number(process.env['FUZZ_SEED'] ?? 1);

/** The longest that one document of a few KB may take, in milliseconds of this process. */
const longest = 1000;

const grxml = readFileSync('environments/base/grammars/account-number.grxml', 'utf8');
const json = JSON.stringify(
  {
    version: '1.0',
    rules: [
      { id: 'greeting', pattern: 'hello|hi(?: there)?|good (?:morning|evening)', confidence: 0.85 },
      { id: 'account', pattern: '^(?:my )?account(?: number)? (?<digits>\\d{4,8})(?: please)*$', confidence: 1 },
      { id: 'words', pattern: '(?:[\\p{L}\\d]+ )*(?=x).+?\\k<digits>|[^a-z]{2,}' },
    ],
  },
  null,
  2,
).replace('\\k<digits>', '');

const pieces = [
  [
    '<',
    '>',
    '&',
    '&lt;',
    '&#x0;',
    '"',
    "'",
    '/',
    '</',
    '<!--',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?x ?>',
    '<!DOCTYPE a [',
    ']>',
  ],
  [
    '<item>',
    '</item>',
    '<one-of>',
    '<ruleref uri="#a"/>',
    ' repeat="1-"',
    ' xmlns=""',
    ' xmlns:x="y"',
    'x:',
    'xml:lang=',
  ],
  ['{', '}', '[', ']', ',', ':', '\\', '\\\\', '\\u0000', '\\ud800', '__proto__', 'null', '1e999', '9007199254740993'],
  [
    '(',
    ')',
    '*',
    '+',
    '?',
    '{1,9}',
    '{99}',
    '(?:a|a)*',
    '(a+)+',
    '\\\\1',
    '\\\\p{L}',
    '(?<=',
    '[^',
    '|',
    '.*',
    '^',
    '$',
  ],
  ['\0', '\r', '\u2028', '\ud800', '\udc00', '😀', '\ufeff', '\u0085', ' ', '\n', '\t'],
].flat();

it(`${count} mutated grammars of each kind are checked without an error of ours, and soon (seed ${seed})`, async () => {
  const random = randomOf(seed);
  let slowest = 0;
  const timed = async (text: string, run: () => unknown) => {
    const started = performance.now();
    try {
      await run();
    } catch (error) {
      throw new Error(`with ${JSON.stringify(text)}`, { cause: error });
    }
    slowest = Math.max(slowest, performance.now() - started);
  };
  for (let index = 0; index < count; index += 1) {
    const xml = mutated(grxml, random);
    await timed(xml, () => {
      for (const { offset } of checkSrgs(xml)) expect(offset >= 0 && offset <= xml.length).toBe(true);
    });
    const text = mutated(json, random);
    await timed(text, async () => {
      const { problems } = await loadEnvironment(sourceOf(text), 'env');
      for (const { line, column } of problems) expect(line >= 1 && column >= 1).toBe(true);
    });
  }
  expect(slowest).toBeLessThan(longest);
}, 600_000);

function sourceOf(text: string) {
  return memorySource(
    'root',
    new Map([
      ['env/environment.yaml', 'apiVersion: cxone-gitops/v1\nkind: Environment\nspec: { orgId: acme }\n'],
      [
        'env/a.yaml',
        'apiVersion: cxone-gitops/v1\nkind: SpeechEngine\nmetadata: { name: A }\nspec: { version: 1.0.0, acousticModelId: a, languageProfileId: b, grammarConstraints: [{ type: json, file: g.json }] }\n',
      ],
      ['env/g.json', text],
    ]),
  );
}

/** One to eight edits: a piece put in, a part taken out, doubled or moved. */
function mutated(text: string, random: (below: number) => number): string {
  let result = text;
  for (let edits = 1 + random(8); edits > 0; edits -= 1) {
    const at = random(result.length + 1);
    const part = result.slice(at, at + 1 + random(40));
    const piece = pieces[random(pieces.length)] ?? '';
    const elsewhere = random(result.length + 1);
    const edited = [
      `${result.slice(0, at)}${piece}${result.slice(at)}`,
      `${result.slice(0, at)}${piece.repeat(1 + random(200))}${result.slice(at)}`,
      `${result.slice(0, at)}${result.slice(at + part.length)}`,
      `${result.slice(0, at)}${part.repeat(1 + random(20))}${result.slice(at)}`,
      `${result.slice(0, elsewhere)}${part}${result.slice(elsewhere)}`,
      result.slice(0, at),
    ];
    // The last one leaves least to look at.
    result = edited[random(random(4) === 0 ? 6 : 5)] ?? result;
  }
  return result;
}

/** Numbers below a bound, the same for the same seed (mulberry32). */
function randomOf(start: number): (below: number) => number {
  let state = start;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
