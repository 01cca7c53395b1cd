import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Run, run } from './program.js';

let cwd = '';
beforeAll(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'cxone-gitops-hash-'));
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

let files = 0;

/** Runs `audit hash` on a file with that content; its name is `N.json`. */
async function hash(content: string | Buffer): Promise<Run> {
  files += 1;
  const file = `${files}.json`;
  await writeFile(path.join(cwd, file), content);
  return run(['audit', 'hash', file], { cwd });
}

async function expectHashOf(content: string, canonical: string | Buffer): Promise<void> {
  const { code, stdout } = await hash(content);
  const expected = createHash('sha256').update(canonical).digest('hex');
  expect([code, stdout.slice(0, 66)]).toEqual([0, `${expected}  `]);
}

/** RFC 8785, appendix B: a double in hex, and its text. */
const samples: readonly (readonly [double: string, text: string])[] = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
];

describe.concurrent('audit hash of the vectors of RFC 8785', () => {
  it('writes the numbers of appendix B as it does, however they are written', async () => {
    const canonical = `[${samples.map(([, text]) => text).join(',')}]`;
    const spelled = samples.map(([double]) => {
      const value = Buffer.from(double, 'hex').readDoubleBE();
      return Object.is(value, -0) ? '-0.0' : value.toPrecision(21);
    });
    await expectHashOf(`[${spelled.join(' , ')}]`, canonical);
    await expectHashOf(canonical, canonical);
  });

  it('gives the bytes of §3.2.4 for the sample of §3.2.2', async () => {
    const sample = String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`;
    const bytes =
      '7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e' +
      '756d62657273223a5b3333333333333333332e333333333333332c31652b3330' +
      '2c342e352c302e3030322c31652d32375d2c22737472696e67223a22e282ac24' +
      '5c75303030665c6e4127425c225c5c5c5c5c222f227d';
    await expectHashOf(sample, Buffer.from(bytes, 'hex'));
  });

  it('sorts the members of §3.2.3 by UTF-16 code units', async () => {
    const sample = String.raw`{
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\ud83d\ude00": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis"
    }`;
    const sorted = [
      '"\\r":"Carriage Return"',
      '"1":"One"',
      '"\u0080":"Control"',
      '"\u00f6":"Latin Small Letter O With Diaeresis"',
      '"\u20ac":"Euro Sign"',
      '"\u{1f600}":"Emoji: Grinning Face"',
      '"\ufb33":"Hebrew Letter Dalet With Dagesh"',
    ];
    await expectHashOf(sample, `{${sorted.join(',')}}`);
  });
});

describe.concurrent('audit hash of what has no canonical text, or would be changed by reading it', () => {
  it.each<[string, string | Buffer, string]>([
    ['half a character', String.raw`{"a":"\ud800"}`, 'Lone surrogate'],
    ['half a character in a name', String.raw`{"\udc00":1}`, 'Lone surrogate'],
    ['surrogates in the wrong order', String.raw`"\udc00\ud800"`, 'Lone surrogate'],
    ['a number that is too large', '[1e400]', '1e400 is a number'],
    ['an integer that is too large', `[-1${'0'.repeat(400)}]`, `-1${'0'.repeat(38)}… is a number`],
    ['an integer that no double is', '{"a":9007199254740993}', '9007199254740993 is a number'],
    ['NaN', '[NaN]', "it can't be read as JSON"],
    ['Infinity', '[-Infinity]', "it can't be read as JSON"],
    ['a member twice', String.raw`[{"b":{"a":1},"a":1},{"a":1,"\u0061":2}]`, 'it has the member "a" twice'],
    ['no UTF-8', Buffer.from([0x22, 0xff, 0x22]), 'not UTF-8'],
  ])('refuses %s', async (_, content, message) => {
    const { code, stdout, stderr } = await hash(content);
    expect([code, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(/^error: \d+\.json: /);
    expect(stderr).toContain(message);
  });

  it('takes strings that look like such numbers, and members of the same name in two objects', async () => {
    await expectHashOf(
      '{"b":"9007199254740993","a":[{"x":1},{"x":1e2}]}',
      '{"a":[{"x":1},{"x":100}],"b":"9007199254740993"}',
    );
  });
});
