import { checkDocument } from '../../manifest/check-document.js';
import { environmentDocument, type FirstEnvironment, firstEnvironment } from '../../manifest/first-environment.js';
import { loadEnvironment } from '../../manifest/load-environment.js';
import { memorySource } from '../../manifest/memory-source.js';
import { KnownError } from '../../model/known-error.js';
import { escapeTerminal } from '../../report/escape-terminal.js';
import type { Context } from '../context.js';

/** What the command line may say of a first environment. */
export interface InitAnswerOptions extends Partial<FirstEnvironment> {
  /** Take the default of whatever no option gives. */
  readonly yes?: boolean;
}

type Name = keyof FirstEnvironment;

/** In the order in which they are asked. The organisation alone has no default: a guess could be somebody else's. */
const questions: Readonly<Record<Name, { option: string; text: string; fallback?: string }>> = {
  environment: { option: '--environment', text: 'Environment, such as dev or prod:', fallback: 'dev' },
  orgId: { option: '--org-id', text: 'Organisation (orgId, as in https://<orgId>.api.nicecxone.com):' },
  engine: { option: '--engine', text: 'Name of the speech engine:', fallback: 'Main Menu' },
  engineVersion: { option: '--engine-version', text: 'Its version:', fallback: '1.0.0' },
  model: { option: '--model', text: 'Id of its acoustic model:', fallback: 'us-en-acoustic-model-v4' },
  profile: { option: '--profile', text: 'Id of its language profile:', fallback: 'us-en-language-profile' },
  webhook: { option: '--webhook', text: 'Address that a webhook calls, https (none: Enter):', fallback: '' },
};

// It has exactly these keys.
const names = Object.keys(questions) as Name[];

/**
 * What a first environment is to be: each answer of an option, else asked on the terminal, else the default; all of them
 * as `validate` wants them. `isTaken` says whether an environment is there already. Throws a KnownError for options that
 * can't be used, where one is missing and nobody can be asked, and where the person leaves.
 */
export async function initAnswers(
  context: Pick<Context, 'ask'>,
  options: InitAnswerOptions,
  isTaken: (environment: string) => Promise<boolean>,
): Promise<FirstEnvironment> {
  const answers: Partial<Record<Name, string>> = {};
  for (const name of names) if (options[name] !== undefined) answers[name] = options[name];
  await refuseFaulty(answers);
  const ask = options.yes === true ? undefined : context.ask;
  for (const name of names.filter((one) => answers[one] === undefined)) {
    const { option, text, fallback } = questions[name];
    if (ask !== undefined) {
      const faultOf = (answer: string) => faultOfAnswer({ ...answers, [name]: answer }, name, isTaken);
      answers[name] = await ask({ text, faultOf, ...(fallback !== undefined && { fallback }) });
    } else if (fallback === undefined) {
      throw new KnownError('OptionError', `init needs ${option}, and there is nobody to ask`, {
        hint: `Give ${option}. Everything else has a default: see \`cxone-gitops init --help\`.`,
      });
    }
  }
  return withDefaults(answers);
}

/** What is wrong with an option, for all of them at once. */
async function refuseFaulty(given: Partial<FirstEnvironment>): Promise<void> {
  const faults: string[] = [];
  const hints = new Set<string>();
  for (const name of names.filter((one) => given[one] !== undefined)) {
    const fault = await faultWith({ [name]: given[name] });
    if (fault === undefined) continue;
    faults.push(`${questions[name].option}: ${fault.message}`);
    if (fault.hint !== undefined) hints.add(fault.hint);
  }
  if (faults.length > 0) throw new KnownError('OptionError', faults.join(' '), { hint: [...hints].join(' ') });
}

async function faultOfAnswer(
  answers: Partial<FirstEnvironment>,
  name: Name,
  isTaken: (environment: string) => Promise<boolean>,
): Promise<string | undefined> {
  const fault = await faultWith(answers);
  if (fault !== undefined) return escapeTerminal([fault.message, fault.hint ?? ''].join(' ').trimEnd());
  if (name !== 'environment' || answers.environment === undefined) return undefined;
  return (await isTaken(answers.environment)) ? `${answers.environment} is there already: name another.` : undefined;
}

/** What `validate` would say first of an environment with these answers and defaults for the others. */
async function faultWith(
  answers: Partial<FirstEnvironment>,
): Promise<{ readonly message: string; readonly hint?: string } | undefined> {
  const all = withDefaults(answers);
  // The environment's name first: it is the name of a folder, too.
  const [finding] = checkDocument('Environment', environmentDocument(all));
  if (finding !== undefined) return finding;
  const source = memorySource('environments', firstEnvironment(all, '../schemas'));
  const { problems } = await loadEnvironment(source, all.environment);
  return problems.find(({ severity }) => severity === 'error');
}

function withDefaults(answers: Partial<FirstEnvironment>): FirstEnvironment {
  const answer = (name: Name) => answers[name] ?? questions[name].fallback ?? 'example';
  return {
    environment: answer('environment'),
    orgId: answer('orgId'),
    engine: answer('engine'),
    engineVersion: answer('engineVersion'),
    model: answer('model'),
    profile: answer('profile'),
    webhook: answer('webhook'),
  };
}
