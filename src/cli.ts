import { Command, CommanderError, Help, InvalidArgumentError, Option } from 'commander';
import type { ApplyCommandOptions } from './commands/apply/apply-options.js';
import type { AuditDeliverOptions } from './commands/audit/deliver.js';
import type { AuditHashOptions } from './commands/audit/hash.js';
import type { AuditKeygenOptions } from './commands/audit/keygen.js';
import type { AuditRotateOptions } from './commands/audit/rotate.js';
import type { AuditShowOptions } from './commands/audit/show.js';
import type { AuditVerifyOptions } from './commands/audit/verify-options.js';
import type { CatalogOptions } from './commands/catalog/catalog.js';
import type { Context } from './commands/context.js';
import type { InitOptions } from './commands/init/init.js';
import { checkValues } from './commands/options/check-values.js';
import { optionsFromEnvironment } from './commands/options/options-from-environment.js';
import { refuseUnknownVariables } from './commands/options/refuse-unknown-variables.js';
import type { DriftOptions } from './commands/plan/drift.js';
import type { PlanOptions } from './commands/plan/plan.js';
import type { SchemaOptions } from './commands/schema/schema.js';
import { maskEnvironment } from './commands/secrets/mask-environment.js';
import { maskPrivateKeys } from './commands/secrets/mask-private-keys.js';
import type { SimulateOptions } from './commands/simulate.js';
import type { ValidateOptions } from './commands/validate/validate.js';
import { ExitCode } from './model/exit-code.js';
import { KnownError } from './model/known-error.js';

/**
 * Runs the command that the arguments name and returns its exit code. Only that command's code is loaded. Throws a
 * KnownError for arguments that can't be used.
 */
export async function runCli(args: readonly string[], context: Context): Promise<ExitCode> {
  maskEnvironment(context);
  for (const arg of args) maskPrivateKeys(context, arg);
  let exitCode: ExitCode = ExitCode.done;
  const program = describe(context, (code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return ExitCode.done;
    if (error.code === 'commander.help') return ExitCode.invalid;
    throw asOptionError(error, commandOf(program, args));
  }
  return exitCode;
}

/** Commander says `error: unknown option '--fromat'\n(Did you mean --format?)`, and not of which command. */
function asOptionError({ message }: CommanderError, command: string): KnownError {
  const [first = '', ...rest] = message.replace(/^error: /, '').split('\n');
  const hint = rest.join(' ').replace(/^\((.*)\)$/, '$1');
  return new KnownError('OptionError', first, {
    hint: hint === '' ? `\`${command} --help\` shows how it is called.` : hint,
  });
}

/** `cxone-gitops audit verify`: the command that the arguments name, as far as they do. */
function commandOf(program: Command, args: readonly string[]): string {
  const names = [program.name()];
  let command: Command | undefined = program;
  for (const arg of args) {
    command = command.commands.find((one) => one.name() === arg);
    if (command === undefined) break;
    names.push(arg);
  }
  return names.join(' ');
}

/** What a command alone can do is what its help is looked up for. */
function ownOptionsFirst(command: Command): Option[] {
  const all = new Help().visibleOptions(command);
  const isShared = ({ long }: Option) => sharedOptions.has(long ?? '');
  return [...all.filter((option) => !isShared(option)), ...all.filter(isShared)];
}

/** The README's table "shared option" explains them. */
const sharedOptions = new Set(
  'format no-color verbose quiet root allow-host all endpoint concurrency timeout time-limit env-file ledger help'
    .split(' ')
    .map((name) => `--${name}`),
);

/** Paths of all others are relative to the current folder. */
const needsNoFolder = new Set(['schema', 'simulate']);

/** Throws a KnownError where the current folder was deleted: below it, every file would seem not to be there. */
function requireFolder({ cwd }: Context): string {
  return cwd;
}

/** Takes the exit code of the command that ran. */
type End = (code: ExitCode) => void;

function describe(context: Context, end: End): Command {
  const program = new Command('cxone-gitops')
    .description('Keeps the speech recognition engines of NICE CXone in git: validate, plan, apply, drift, audit.')
    .version(context.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help')
    .option('--no-color', 'never colour output')
    .addHelpText(
      'after',
      '\nEvery option has a variable: --auto-approve is CXONE_GITOPS_AUTO_APPROVE=true.\nExit codes and formats: see the README.',
    )
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      writeOut: context.out.write,
      // Help where a command is missing. Errors are thrown, and shown as all others are.
      writeErr: context.err.write,
      outputError: () => undefined,
      getOutHelpWidth: () => context.out.page.width,
      getErrHelpWidth: () => context.err.page.width,
    })
    // That an option may be left out need not be said as `(default: [])`.
    .configureHelp({
      optionDescription: (option) => new Help().optionDescription(option).replace(' (default: [])', ''),
      visibleOptions: ownOptionsFirst,
    });
  program.hook('preAction', (_program, command) => {
    refuseUnknownVariables(program, context.env);
    optionsFromEnvironment(command, context.env);
    checkValues(command, context.env);
    if (!needsNoFolder.has(command.name())) requireFolder(context);
  });

  for (const command of [
    describeInit,
    describeValidate,
    describePlan,
    describeApply,
    describeDrift,
    describeCatalog,
    describeAudit,
    describeSimulate,
    describeSchema,
  ]) {
    command(program, context, end);
  }
  return program;
}

function describeInit(program: Command, context: Context, end: End): void {
  sharedCommand(program, 'init [dir]', 'write a first environment that validates; asks on a terminal', ['text', 'json'])
    .option('--environment <name>', 'the name of the environment (default: dev)')
    .option('--org-id <id>', 'the organisation, whose API is https://ID.api.nicecxone.com')
    .option('--engine <name>', 'the name of its speech engine (default: Main Menu)')
    .option('--engine-version <version>', "the engine's version (default: 1.0.0)")
    .option('--model <id>', "the engine's acoustic model (default: us-en-acoustic-model-v4)")
    .option('--profile <id>', "the engine's language profile (default: us-en-language-profile)")
    .option('--webhook <url>', 'the address that a webhook calls when the engine changes (default: no webhook)')
    .option('--yes', 'do not ask: what no option gives has its default, but for --org-id')
    .action(async (dir: string | undefined, options: InitOptions) => {
      const { initCommand } = await import('./commands/init/init.js');
      end(await initCommand(context, dir ?? '.', options));
    });
}

function describeValidate(program: Command, context: Context, end: End): void {
  environmentCommand(program, 'validate [env...]', 'check manifests offline, all problems at once', [
    'text',
    'json',
    'github',
    'gitlab',
    'sarif',
    'junit',
  ])
    .option('--explain <identity>', 'show what sets each field of this resource, too')
    .action(async (names: string[], options: ValidateOptions) => {
      const { validateCommand } = await import('./commands/validate/validate.js');
      end(await validateCommand(context, names, options));
    });
}

function describePlan(program: Command, context: Context, end: End): void {
  networkCommand(program, 'plan [env...]', 'show what apply would do', ['text', 'json', 'markdown'])
    .option('--only <identity>', 'plan only these, * allowed (repeatable)', collect, [])
    .option(
      '--trust-ref <ref>',
      'take trusted settings (endpoint, variables, ledger, guardrails) from the tip of this ref',
    )
    .option('--accept-trust <hash>', 'accept these changed trusted settings')
    .option('--out <file>', 'save the plan; for several environments, a folder of <env>.json')
    .option('--detailed-exitcode', 'exit with 2 when there are changes')
    .option('--explain', 'say where the manifests set each field that changes')
    .action(async (names: string[], options: PlanOptions) => {
      const { planCommand } = await import('./commands/plan/plan.js');
      end(await planCommand(context, names, options));
    });
}

function describeApply(program: Command, context: Context, end: End): void {
  networkCommand(program, 'apply <env>', 'plan, ask, and carry the plan out', ['text', 'json'])
    .option('--only <identity>', 'apply only these, * allowed (repeatable)', collect, [])
    .option('--plan <file>', 'apply only if it is still this saved plan')
    .option('--auto-approve', 'do not ask, where the plan is approved already')
    .option('--accept-trust <hash>', 'accept these changed trusted settings')
    .option('--override <reason>', 'pass the guardrails that refuse the plan; the ledger records why')
    .option(
      '--resend-headers <identity>',
      'send the header values of this webhook again, * allowed (repeatable)',
      collect,
      [],
    )
    .option('--require-durable-ledger', 'refuse a ledger that goes with the CI runner')
    .option('--sign-key <file>', signKeyHelp)
    .option(
      '--resolve <identity=id>',
      'settle a create of unknown outcome: IDENTITY=ID or =absent (repeatable)',
      collect,
      [],
    )
    .action(async (name: string, options: ApplyCommandOptions) => {
      const { applyCommand } = await import('./commands/apply/apply.js');
      end(await applyCommand(context, name, options));
    });
}

function describeDrift(program: Command, context: Context, end: End): void {
  networkCommand(program, 'drift [env...]', 'show what live differs in from git; exit with 2 if it does', [
    'text',
    'json',
  ])
    .option('--only <identity>', 'look at only these, * allowed (repeatable)', collect, [])
    .option('--trust-ref <ref>', 'take endpoint, credential variables and ledger from the tip of this ref')
    .option('--accept-trust <hash>', 'accept these changed trusted settings')
    .addOption(new Option('--fail-on <what>', 'count these as a difference too').choices(['unmanaged']))
    .action(async (names: string[], options: DriftOptions) => {
      const { driftCommand } = await import('./commands/plan/drift.js');
      end(await driftCommand(context, names, options));
    });
}

function describeCatalog(program: Command, context: Context, end: End): void {
  const description = 'write the models and profiles of the organisation to catalog.json, for checks offline';
  connectedCommand(program, 'catalog <env>', description, ['text', 'json'])
    .option('--trust-ref <ref>', 'take endpoint and credential variables from the tip of this ref')
    .option('--check', 'write nothing; exit with 2 if the file differs')
    .action(async (name: string, options: CatalogOptions) => {
      const { catalogCommand } = await import('./commands/catalog/catalog.js');
      end(await catalogCommand(context, name, options));
    });
}

function describeAudit(program: Command, context: Context, end: End): void {
  const audit = program
    .command('audit')
    .helpCommand('help [command]', 'show help')
    .description('check and show what the ledger records, deliver it to the audit log, sign it');
  networkCommand(audit, 'verify [env...]', 'check the ledger, and hold it against what options name', ['text', 'json'])
    .option('--audit-log', 'hold it against the audit log')
    .option('--live', 'hold it against what is live')
    .option('--plans <path>', 'hold it against saved plans: a file, or a folder of them')
    .option('--git', 'hold it against the commits that it names')
    .option('--public-key <key>', 'the key that must have signed it: a file, or the key itself')
    .option('--checkpoint <file>', 'hold it against this checkpoint, a copy kept elsewhere (repeatable)', collect, [])
    .option('--min-size <entries>', 'how many entries it must have at least', integer(1, 999_999_999_999_999))
    .option('--require-signed', 'every entry must be signed; needs --public-key')
    .option('--trust-ref <ref>', 'take endpoint, credential variables and ledger from the tip of this ref')
    .action(async (names: string[], options: AuditVerifyOptions) => {
      const { auditVerifyCommand } = await import('./commands/audit/verify.js');
      end(await auditVerifyCommand(context, names, options));
    });
  environmentCommand(audit, 'show [env...]', 'show what the ledger records, as a timeline', [
    'text',
    'json',
    'markdown',
  ])
    .option('--ledger <folder>', 'where the ledger is')
    .option('--engine <identity>', 'only what is about these engines or webhooks, * allowed (repeatable)', collect, [])
    .option('--since <time>', 'only from this date or time on, or from a duration ago, such as P7D')
    .option('--until <time>', 'only up to this date or time, or up to a duration ago')
    .option('--actor <name>', 'only what this actor is said to have done')
    .action(async (names: string[], options: AuditShowOptions) => {
      const { auditShowCommand } = await import('./commands/audit/show.js');
      end(await auditShowCommand(context, names, options));
    });
  networkCommand(audit, 'deliver <env>', 'send what the audit log has not got', ['text', 'json'])
    .option('--resolve <seq=logid>', 'settle an unknown delivery: SEQ=LOGID or SEQ=absent (repeatable)', collect, [])
    .option('--require-durable-ledger', 'refuse a ledger that goes with the CI runner')
    .option('--sign-key <file>', signKeyHelp)
    .action(async (name: string, options: AuditDeliverOptions) => {
      const { auditDeliverCommand } = await import('./commands/audit/deliver.js');
      end(await auditDeliverCommand(context, name, options));
    });
  environmentCommand(audit, 'rotate <env>', 'put another key in the place of the one that signs the ledger', [
    'text',
    'json',
  ])
    .option('--endpoint <url>', "the ledger's, where it is not the environment's API")
    .option('--ledger <folder>', 'where the ledger is')
    .option('--require-durable-ledger', 'refuse a ledger that goes with the CI runner')
    .option('--sign-key <file>', 'the private key that signs it now (or CXONE_GITOPS_SIGNING_KEY, the key itself)')
    .option('--new-key <file>', 'the private key that is to sign it from now on')
    .action(async (name: string, options: AuditRotateOptions) => {
      const { auditRotateCommand } = await import('./commands/audit/rotate.js');
      end(await auditRotateCommand(context, name, options));
    });
  plainCommand(audit, 'keygen', 'make a pair of keys that sign and verify a ledger', ['text', 'json'])
    .option('--out <file>', 'the new file of the private key; the public one goes to FILE.pub')
    .option('--name <name>', 'the name of the key', 'cxone-gitops')
    .action(async (options: AuditKeygenOptions) => {
      const { auditKeygenCommand } = await import('./commands/audit/keygen.js');
      end(await auditKeygenCommand(context, options));
    });
  sharedCommand(audit, 'hash <file>', 'print the payload hash of a manifest or a JSON document', ['text', 'json'])
    .option('--environment <env>', 'the environment whose layers complete the manifest')
    .action(async (file: string, options: AuditHashOptions) => {
      const { auditHashCommand } = await import('./commands/audit/hash.js');
      end(await auditHashCommand(context, file, options));
    });
}

function describeSimulate(program: Command, context: Context, end: End): void {
  program
    .command('simulate')
    .description('serve the CXone API on 127.0.0.1; the first line of stdout is its URL')
    .option('--port <number>', 'the port; by default a free one', integer(0, 65535))
    .option('--org <name>', 'the organisation')
    .addOption(new Option('--tier <tier>', 'the licence').choices(['standard', 'enhanced', 'premium']))
    .option('--rate-limit <n/min>', 'requests a minute, such as 600/min')
    .option('--latency <ms>', 'wait before each answer', integer(0, 600_000))
    .option('--state <file>', 'keep the state in this file')
    .option('--faults <file>', 'fault rules, as JSON')
    .option(
      '--assume <key=value>',
      'vary an assumption of the API, such as update-lag=5 (repeatable; docs/simulator.md lists them)',
      collect,
      [],
    )
    .action(async (options: SimulateOptions) => {
      const { simulateCommand } = await import('./commands/simulate.js');
      end(await simulateCommand(context, options));
    });
}

function describeSchema(program: Command, context: Context, end: End): void {
  plainCommand(
    program,
    'schema [kind]',
    'print the JSON Schema of a manifest or an output; without a name, list them',
    ['text', 'json'],
  )
    .option('--out <folder>', 'write the schemas of manifests there, for editors; older ones are replaced')
    .action(async (kind: string | undefined, options: SchemaOptions) => {
      const { schemaCommand } = await import('./commands/schema/schema.js');
      end(await schemaCommand(context, kind, options));
    });
}

/** A command with what all of those about manifests share. */
function sharedCommand(parent: Command, usage: string, description: string, formats: readonly string[]): Command {
  return plainCommand(parent, usage, description, formats).option(
    '--root <folder>',
    'the folder that holds the environments',
    'environments',
  );
}

/** A command that looks at no environment. */
function plainCommand(parent: Command, usage: string, description: string, formats: readonly string[]): Command {
  return parent
    .command(usage)
    .description(description)
    .addOption(new Option('--format <format>', 'how to print').choices(formats).default('text'))
    .option('--no-color', 'never colour output')
    .option('--verbose', 'list every request, and tell more of a bug, on stderr')
    .option('--quiet', 'print only data and errors');
}

/** A command about environments. */
function environmentCommand(parent: Command, usage: string, description: string, formats: readonly string[]): Command {
  const command = sharedCommand(parent, usage, description, formats).option(
    '--allow-host <host>',
    'a host outside .api.nicecxone.com that may be called (repeatable)',
    collect,
    [],
  );
  return usage.includes('[env...]') ? command.option('--all', 'every environment') : command;
}

/** A command that talks to CXone. */
function connectedCommand(parent: Command, usage: string, description: string, formats: readonly string[]): Command {
  return environmentCommand(parent, usage, description, formats)
    .option('--endpoint <url>', "call this in place of the environment's API")
    .option('--concurrency <number>', 'requests at a time', integer(1, 64), 8)
    .option('--timeout <seconds>', 'time limit for one request', integer(1, 3600), 30)
    .option('--time-limit <seconds>', 'time limit for the whole run', integer(1, 86_400), 3600)
    .option('--env-file <file>', 'take credentials and header values from this file, too');
}

/** A command that talks to CXone, and reads or writes the ledger. */
function networkCommand(parent: Command, usage: string, description: string, formats: readonly string[]): Command {
  return connectedCommand(parent, usage, description, formats).option('--ledger <folder>', 'where the ledger is');
}

const signKeyHelp = 'sign the ledger with the private key in this file (or CXONE_GITOPS_SIGNING_KEY, the key itself)';

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

function integer(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It is not a whole number from ${least} to ${most}.`);
  };
}
