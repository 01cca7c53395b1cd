import { createHook } from 'node:async_hooks';
import net from 'node:net';
import { describe, expect, it } from 'vitest';
import { checkSrgs } from '../../../src/manifest/grammar/check-srgs.js';

const namespace = 'xmlns="http://www.w3.org/2001/06/grammar"';
const spoken = 'version="1.0" xml:lang="en-US"';

function grammar(body: string, attributes = spoken): string {
  return `<grammar ${namespace} ${attributes}>${body}</grammar>`;
}

/** A grammar with one rule. */
function rule(body: string): string {
  return grammar(`<rule id="a">${body}</rule>`);
}

/** The code of each finding, and the text that it stands at. */
function found(text: string): string[] {
  return checkSrgs(text).map(({ code, offset }) => `${code} ${text.slice(offset, offset + 8)}`);
}

describe('a grammar that SRGS 1.0 allows', () => {
  it.each([
    ['of every element and attribute', everything()],
    ['of keys, which needs no language', grammar('<rule id="a">1 2</rule>', 'version="1.0" mode="dtmf"')],
    ['with a prefix for the namespace', prefixed()],
    ['with a DOCTYPE that names a document', `<!DOCTYPE grammar SYSTEM "http://127.0.0.1:1/grammar.dtd">${rule('x')}`],
    ['with brackets inside the quotes of a DOCTYPE', `<!DOCTYPE grammar SYSTEM "http://127.0.0.1:1/[x]">${rule('x')}`],
    ['with a declaration of UTF-8 in small letters', `<?xml version="1.0" encoding="utf-8"?>${rule('x')}`],
    [
      'that names rules of other files',
      rule('<ruleref uri="names.grxml#first"/><ruleref uri="https://127.0.0.1:1/x"/>'),
    ],
    ['that names a rule before it is defined', grammar('<rule id="a"><ruleref uri="#b"/></rule><rule id="b">x</rule>')],
    ['with a rule that names itself', rule('x <ruleref uri="#a"/>')],
    ['with letters of any script in names', grammar('<rule id="größe_1">x</rule>', `${spoken} root="größe_1"`)],
    [
      'with weights in each form',
      rule('<item weight="1">a</item><item weight="1.">b</item><item weight=".5">c</item>'),
    ],
    [
      'with repeats in each form',
      rule('<item repeat="0">a</item><item repeat="2-2">b</item><item repeat="10-">c</item>'),
    ],
    ['with an empty item', rule('x <item/>')],
    ['with a rule of nothing but a tag', rule('<tag>out = 1;</tag>')],
    ['nested 100 deep', rule(`${'<item>'.repeat(98)}x${'</item>'.repeat(98)}`)],
    ['with CRLF, and characters beyond the basic plane', `${grammar('\r\n<rule id="a">\r\n😀\r\n</rule>\r\n')}\r\n`],
  ])('%s', (_, text) => {
    expect(found(text)).toEqual([]);
  });

  function everything(): string {
    return `<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet href="http://127.0.0.1:1/x.xsl"?>
<!DOCTYPE grammar PUBLIC "-//W3C//DTD GRAMMAR 1.0//EN" "http://www.w3.org/TR/speech-grammar/grammar.dtd">
<grammar ${namespace} ${spoken} mode="voice" root="a" tag-format="semantics/1.0" xml:base="http://127.0.0.1:1/"
  xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://127.0.0.1:1/ grammar.xsd">
  <meta name="author" content="x"/><meta http-equiv="Expires" content="0"/>
  <metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description/></rdf:RDF></metadata>
  <lexicon uri="http://127.0.0.1:1/lexicon" type="application/pls+xml"/>
  <tag>var x;</tag>
  <!-- a comment -->
  <rule id="a" scope="public">
    <example>hello</example>
    <one-of xml:lang="de"><item weight="0.5" repeat="0-1" repeat-prob="0.6">a<tag><![CDATA[out = "<";]]></tag></item></one-of>
    <token xml:lang="fr-CA">b c</token> &amp; &#100; <ruleref special="NULL"/><ruleref uri="#a" type="application/srgs+xml"/>
  </rule>
</grammar>
`;
  }

  function prefixed(): string {
    return `<s:grammar xmlns:s="http://www.w3.org/2001/06/grammar" ${spoken}><s:rule id="a">x</s:rule></s:grammar>`;
  }
});

describe('a finding', () => {
  it('stands at the very attribute, whatever else looks like it', () => {
    const text = rule(`<item weight = '1' repeat="repeat='9-1'" repeat-prob="2">x</item>`);
    expect(found(text)).toEqual(["invalid-value repeat='", 'invalid-value 2">x</it']);
  });

  it('stands at the place that the file has, behind CRLF and characters beyond the basic plane', () => {
    const text = grammar('\r\n<!-- 😀\r\n😀 -->\r\n<rule id="a">😀<itm/></rule>');
    expect(found(text)).toEqual(['unknown-element <itm/></']);
  });

  it('comes in the order of the text, references too', () => {
    const text = grammar('<rule id="a"><ruleref uri="#none"/><itm/></rule><rule id="a">x</rule>');
    expect(found(text)).toEqual(['unknown-rule #none"/>', 'unknown-element <itm/></', 'rule-id-twice a">x</ru']);
  });

  it('says nothing of references where the text ends too early: the rule may have come later', () => {
    expect(found(grammar('<rule id="a"><ruleref uri="#b"/>'))).toEqual([expect.stringContaining('xml-syntax')]);
  });

  it('is one for what is unknown, not one for each thing in it', () => {
    expect(found(rule('<choice><alternative x="1">x</alternative></choice>'))).toEqual(['unknown-element <choice>']);
    expect(found('<speak><p x="1"/></speak>')).toEqual(['not-a-grammar <speak><']);
  });

  it('tells of all mistakes in one tag', () => {
    const text = rule('<item repeat="x" weight="y" colour="z">x</item>');
    expect(found(text)).toEqual(['invalid-value x" weigh', 'invalid-value y" colou', 'unknown-attribute colour="']);
  });

  it('is one of at most 50, and one that says so', () => {
    const many = checkSrgs(rule('<itm/>'.repeat(100_000)));
    expect(many).toHaveLength(51);
    expect(many.at(-1)).toMatchObject({ code: 'too-many-problems', offset: many.at(-2)?.offset });
    const references = checkSrgs(rule('<ruleref uri="#b"/>'.repeat(40_000)));
    expect(references.map(({ code }) => code).filter((code) => code === 'unknown-rule')).toHaveLength(50);
  });

  it.each([
    ['an attribute of an object', rule('<item constructor="x" __proto__="y" toString="z">x</item>')],
    ['an element of an object', rule('<constructor/><__proto__/><toString/>')],
  ])('does not take %s for one of SRGS', (_, text) => {
    expect(found(text)).toHaveLength(3);
  });
});

describe('nothing is fetched', () => {
  it.each([
    ['a DOCTYPE', `<!DOCTYPE grammar SYSTEM "http://127.0.0.1:1/grammar.dtd">${rule('x')}`],
    [
      'an external subset with a public identifier',
      `<!DOCTYPE grammar PUBLIC "-//x" "http://127.0.0.1:1/x">${rule('x')}`,
    ],
    ['an external entity', `<!DOCTYPE grammar [<!ENTITY x SYSTEM "http://127.0.0.1:1/x">]>${rule('&x;')}`],
    ['a parameter entity', `<!DOCTYPE grammar [<!ENTITY % x SYSTEM "http://127.0.0.1:1/x"> %x;]>${rule('x')}`],
    ['an inclusion', rule('<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="http://127.0.0.1:1/x"/>')],
    ['a rule of another file', rule('<ruleref uri="http://127.0.0.1:1/x.grxml#y"/>')],
    ['a lexicon', grammar('<lexicon uri="http://127.0.0.1:1/x"/><rule id="a">x</rule>')],
    ['a stylesheet', `<?xml-stylesheet href="http://127.0.0.1:1/x.xsl"?>${rule('x')}`],
    ['the location of a schema', grammar('<rule id="a">x</rule>', `${spoken} xmlns:x="http://127.0.0.1:1/x"`)],
  ])('%s', async (_, text) => {
    expect(await connections(() => checkSrgs(text))).toEqual([]);
  });

  it('by a look that would see a connection', async () => {
    const seen = await connections(() => net.connect({ port: 1, host: '127.0.0.1' }).on('error', () => undefined));
    expect(seen).not.toEqual([]);
  });
});

/** The handles of the network that are made while a function runs, and shortly after. */
async function connections(run: () => unknown): Promise<string[]> {
  const seen: string[] = [];
  const hook = createHook({
    init(_, type) {
      if (/^(TCP|UDP|PIPE|GETADDRINFO|HTTP|TLS|QUERY)/.test(type)) seen.push(type);
    },
  }).enable();
  run();
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  hook.disable();
  return seen;
}

describe('a hostile text of 1 MiB', () => {
  const size = 1024 * 1024;
  const fill = (piece: string) => piece.repeat(Math.floor(size / piece.length));
  it.each([
    ['of start tags', fill('<a>')],
    ['of start tags of SRGS', grammar(fill('<item>'))],
    ['of <', fill('<')],
    ['of &', rule(fill('&'))],
    ['of close tags', fill('</a>')],
    [
      'of attributes',
      grammar(`<rule ${Array.from({ length: 80_000 }, (_, index) => `a${index}="1"`).join(' ')}>x</rule>`),
    ],
    [
      'of namespaces',
      grammar(`<rule ${Array.from({ length: 50_000 }, (_, index) => `xmlns:a${index}="x"`).join(' ')}/>`),
    ],
    ['of one attribute', rule(`<item repeat="${fill('9')}">x</item>`)],
    ['of one name', `<${fill('a')}`],
    ['of quotes in a DOCTYPE', `<!DOCTYPE ${fill('"')}`],
    ['of brackets in a DOCTYPE', `<!DOCTYPE a [${fill('[')}`],
    [
      'of rules that look alike',
      grammar(Array.from({ length: 20_000 }, (_, i) => `<rule id="r${i}"><ruleref uri="#s${i}"/></rule>`).join('')),
    ],
    ['of line ends', fill('\r')],
    ['of spaces in a tag', rule(`<item ${fill(' ')}/>`)],
    ['of comments', rule(fill('<!-- -->'))],
    ['of CDATA', rule(fill('<![CDATA[x]]>'))],
    ['of text in the wrong place', grammar(fill('x<rule/>'))],
  ])('%s is answered soon', { timeout: 5000 }, (_, text) => {
    expect(checkSrgs(text).length).toBeLessThanOrEqual(51);
  });
});
