import { describe, expect, test } from 'vitest';
import type { Question } from '../../../src/commands/context.js';
import { initAnswers } from '../../../src/commands/init/init-answers.js';

const nothingTaken = () => Promise.resolve(false);

/** Somebody at a terminal: gives each question its answers in turn, as the prompt would ask again. */
function person(answers: Readonly<Record<string, readonly string[]>>) {
  const asked: string[] = [];
  const told: string[] = [];
  const ask = async ({ text, fallback, faultOf }: Question) => {
    asked.push(text);
    const [, given = [fallback ?? '']] = Object.entries(answers).find(([word]) => text.includes(word)) ?? [];
    for (const answer of given) {
      const fault = await faultOf(answer);
      if (fault === undefined) return answer;
      told.push(fault);
    }
    throw new Error(`no right answer to ${text}`);
  };
  return { ask, asked, told };
}

describe('on a terminal', () => {
  test('everything is asked, with defaults for all but the organisation', async () => {
    const { ask, asked, told } = person({ orgId: ['acme-dev'] });
    expect(await initAnswers({ ask }, {}, nothingTaken)).toEqual({
      environment: 'dev',
      orgId: 'acme-dev',
      engine: 'Main Menu',
      engineVersion: '1.0.0',
      model: 'us-en-acoustic-model-v4',
      profile: 'us-en-language-profile',
      webhook: '',
    });
    expect([asked.length, told]).toEqual([7, []]);
  });

  test('what an option says is not asked', async () => {
    const { ask, asked } = person({});
    const options = { orgId: 'acme', engine: 'IVR', environment: 'prod' };
    expect(await initAnswers({ ask }, options, nothingTaken)).toMatchObject(options);
    expect(asked).toHaveLength(4);
  });

  test.each([
    ['Environment', 'Dev', `name can't be "Dev".`],
    ['Environment', '../dev', `name can't be "../dev".`],
    ['Environment', '', `name can't be "".`],
    ['orgId', 'Acme', `orgId can't be "Acme".`],
    ['orgId', 'acme.evil', `orgId can't be "acme.evil".`],
    ['orgId', '', `orgId can't be "".`],
    ['Name of the speech', ' ', `name can't be " ".`],
    ['version', '1.0', `version can't be "1.0".`],
    ['acoustic model', 'a/b', `acousticModelId can't be "a/b".`],
    ['language profile', 'a b', `languageProfileId can't be "a b".`],
    ['webhook', 'http://qa.example.com', `callbackUrl can't be "http://qa.example.com".`],
    ['webhook', 'https://127.0.0.1/x', '127.0.0.1'],
  ])('%s is asked again after %j, as validate would refuse it', async (question, wrong, fault) => {
    const right =
      { Environment: 'dev', orgId: 'acme', webhook: '' }[question] ?? (question === 'version' ? '2.0.0' : 'x');
    const { ask, told } = person({ orgId: ['acme'], [question]: [wrong, right] });
    await initAnswers({ ask }, {}, nothingTaken);
    expect(told).toEqual([expect.stringContaining(fault)]);
  });

  test('an environment that is there already is asked again', async () => {
    const { ask, told } = person({ orgId: ['acme'], Environment: ['dev', 'prod'] });
    const isTaken = (environment: string) => Promise.resolve(environment === 'dev');
    expect(await initAnswers({ ask }, {}, isTaken)).toMatchObject({ environment: 'prod' });
    expect(told).toEqual(['dev is there already: name another.']);
  });

  test('nothing is asked with --yes', async () => {
    const { ask, asked } = person({});
    expect(await initAnswers({ ask }, { yes: true, orgId: 'acme' }, nothingTaken)).toMatchObject({
      environment: 'dev',
    });
    expect(asked).toEqual([]);
    await expect(initAnswers({ ask }, { yes: true }, nothingTaken)).rejects.toThrow('init needs --org-id');
  });
});

describe('without a terminal', () => {
  test("the organisation has to be named: a guess could be somebody else's", async () => {
    await expect(initAnswers({ ask: undefined }, {}, nothingTaken)).rejects.toMatchObject({
      code: 'OptionError',
      message: 'init needs --org-id, and there is nobody to ask',
    });
  });

  test('the rest has its default', async () => {
    const answers = await initAnswers({ ask: undefined }, { orgId: 'acme' }, nothingTaken);
    expect(answers).toMatchObject({ environment: 'dev', orgId: 'acme', webhook: '' });
  });
});

test('options that can not be used are told at once, before anything is asked', async () => {
  const { ask, asked } = person({});
  const options = { orgId: 'Acme', environment: 'a/b', engine: '', webhook: 'ftp://x' };
  await expect(initAnswers({ ask }, options, nothingTaken)).rejects.toMatchObject({
    exitCode: 3,
    message: `--environment: name can't be "a/b". --org-id: orgId can't be "Acme". --engine: name must not be empty. --webhook: callbackUrl can't be "ftp://x".`,
  });
  expect(asked).toEqual([]);
});
