import { describe, expect, it } from 'vitest';
import { nameFindings } from '../../../src/manifest/checks/names.js';
import type { Resource } from '../../../src/model/resource.js';

function named(name: string, line = 1, previousNames: readonly string[] = []): Resource {
  const source = { file: 'a.yaml', line, column: 1 };
  return {
    identity: { kind: 'SpeechEngine', name, version: '1.0.0' },
    spec: {},
    previousNames,
    origins: new Map(),
    source,
  };
}

async function messages(...names: readonly string[]): Promise<string[]> {
  const findings = await nameFindings(names.map((name, index) => named(name, index + 1)));
  expect(findings.every(({ severity }) => severity === 'warning')).toBe(true);
  return findings.map(({ code, message }) => `${code}: ${message}`);
}

describe('an honest name', () => {
  const honest = {
    English: ['Production ASR Engine', "Bob's IVR (v2.1) – “fast” & cheap", 'Line 1', 'Line I', 'Line l', 'naïve café'],
    German: ['Sprachmenü für Großkunden', 'Überlauf Zürich'],
    French: ['Reconnaissance vocale – Hôtellerie œuvre', 'Moteur n° 2'],
    Spanish: ['Año nuevo: ¿reconocimiento?'],
    Polish: ['Łódź – rozpoznawanie mowy'],
    Turkish: ['İstanbul ışık çağrı'],
    Vietnamese: ['Nhận dạng giọng nói tiếng Việt'],
    Russian: ['Распознавание речи', 'Сервер ASR', 'ASR-сервер 2'],
    Ukrainian: ['Розпізнавання мовлення є'],
    Greek: ['Αναγνώριση ομιλίας', 'μ-law'],
    Hebrew: ['זיהוי דיבור', 'שירות ״שלום״'],
    Arabic: ['التعرف على الكلام', 'محرّك ٢'],
    Persian: ['می‌خواهم صدا'],
    Hindi: ['वाक् पहचान', 'क्‍ष इंजन', '\u0958लम'],
    Bengali: ['বাক্ শনাক্তকরণ'],
    Tamil: ['பேச்சு அறிதல்'],
    Sinhala: ['ශ්‍රී ලංකා'],
    Thai: ['การรู้จำเสียงพูด'],
    Khmer: ['ការ​ទទួល​ស្គាល់'],
    Japanese: ['音声認識エンジン', 'ASRサーバー', 'コールセンター　東京', 'ヴァージョン２', 'お問い合わせ窓口'],
    Chinese: ['语音识别引擎', '語音辨識 ASR引擎'],
    Korean: ['음성 인식 엔진', 'ASR엔진'],
    Georgian: ['მეტყველების ამოცნობა'],
    Amharic: ['የንግግር ማወቂያ'],
    pictures: ['Engine 🚀', '👩‍💻 ❤️ 👍🏽', 'A → B'],
  };
  it.each(Object.entries(honest))('in %s brings no warning, alone or beside others', async (_language, names) => {
    expect(await messages(...names)).toEqual([]);
  });

  it('of one language brings no warning beside those of all others', async () => {
    expect(await messages(...Object.values(honest).flat())).toEqual([]);
  });
});

describe('a name that is not what it seems', () => {
  it.each([
    [
      'Prod\u202eRSA',
      'unseen-character: The name holds U+202E (character 5), which changes the direction of what follows.',
    ],
    ['Pro\u200bd', 'unseen-character: The name holds U+200B (character 4), which is not seen.'],
    ['Pro\u00add', 'unseen-character: The name holds U+00AD (character 4), which is not seen.'],
    ['🚀\u{e0041}', 'unseen-character: The name holds U+E0041 (character 2), which is not seen.'],
    ['\ufeffProd', 'unseen-character: The name holds U+FEFF (character 1), which is not seen.'],
    ['Pro\u009bd', 'unseen-character: The name holds U+009B (character 4), which is not seen.'],
    ['P\ufe0frod', 'unseen-character: The name holds U+FE0F (character 2), which is not seen.'],
    ['ㅤ', 'unseen-character: The name holds U+3164 (character 1), which is not seen.'],
    ['Prod  IVR', 'odd-space: The name has a space too many: U+0020 (character 6).'],
    ['Prod ', 'odd-space: The name has a space too many: U+0020 (character 5).'],
    [
      'Prod\u00a0IVR',
      'odd-space: The name holds U+00A0 (character 5), which looks like a space and is another character.',
    ],
    [
      'Prod\u3000IVR',
      'odd-space: The name holds U+3000 (character 5), which looks like a space and is another character.',
    ],
    [
      'IVR Prоd',
      'mixed-scripts: In one word of the name, U+043E (character 7) is Cyrillic and the letters before it are Latin.',
    ],
    [
      'Αpi',
      'mixed-scripts: In one word of the name, U+0070 (character 2) is Latin and the letters before it are Greek.',
    ],
    [
      'Prod Ꮯ1 Ꮯa',
      'mixed-scripts: In one word of the name, U+0061 (character 10) is Latin and the letters before it are of another script.',
    ],
    [
      '語音б',
      'mixed-scripts: In one word of the name, U+0431 (character 3) is Cyrillic and the letters before it are Han.',
    ],
    [
      'Café'.normalize('NFD'),
      'not-normalized: The name is not in Unicode’s composed form (NFC): U+0065 (character 4) is spelt in another way than keyboards do.',
    ],
  ])('%j is said to be so', async (name, message) => {
    expect(await messages(name)).toEqual([message]);
  });

  it('is warned of in a former name, too, where it stands', async () => {
    const findings = await nameFindings([named('Prod', 1, ['Old', 'O\u200bld'])]);
    expect(findings.map(({ path, code }) => [path, code])).toEqual([['/metadata/previousNames/1', 'unseen-character']]);
  });

  it('is warned of once, however many versions share it', async () => {
    const one = named('Prod\u200b');
    const two = { ...one, identity: { ...one.identity, version: '2.0.0' } };
    expect(await nameFindings([one, two])).toMatchObject([{ resource: one, code: 'unseen-character' }]);
  });
});

describe('two names that look alike', () => {
  it.each([
    ['сор', 'cop', 'U+0441 (character 1) against U+0063 (character 1)'],
    ['РАУ', 'PAY', 'U+0420 (character 1) against U+0050 (character 1)'],
    ['Prod 𝟏', 'Prod l', 'U+1D7CF (character 6) against U+006C (character 6)'],
    ['Ρ', 'P', 'U+03A1 (character 1) against U+0050 (character 1)'],
  ])('are told apart: %s and %s', async (name, other, difference) => {
    const message = `look-alike-name: The name looks like that in a.yaml:1, and is another: ${difference}.`;
    expect(await messages(other, name)).toEqual([message]);
  });

  it('are told apart where one has what is not seen, or another spelling', async () => {
    expect(await messages('Prod', 'Prod\u200b')).toEqual([
      'unseen-character: The name holds U+200B (character 5), which is not seen.',
      'look-alike-name: The name looks like that in a.yaml:1, and is another: U+200B (character 5) against the end.',
    ]);
    expect((await messages('Café', 'Café'.normalize('NFD'))).map((message) => message.split(':')[0])).toEqual([
      'not-normalized',
      'look-alike-name',
      'look-alike-name',
    ]);
  });

  it('are no matter where they are of two kinds, or two versions of one engine', async () => {
    const engine = named('cop');
    const hook: Resource = { ...named('сор'), identity: { kind: 'Webhook', name: 'сор' } };
    expect(await nameFindings([engine, hook])).toEqual([]);
    const cyrillic = named('сор');
    const second = { ...cyrillic, identity: { ...cyrillic.identity, version: '2.0.0' } };
    expect(await nameFindings([cyrillic, second])).toEqual([]);
  });
});
