import { Argument, type Command, type CommandUnknownOpts } from '@commander-js/extra-typings';

/** `assay completion`: a script for a shell, made of the commands that there are. */
export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .summary('print the completion script of a shell')
    .description('print a script by which a shell completes commands, options and their values')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish'] as const))
    .addHelpText(
      'after',
      `
For the command assay, as an installation with -g has it:
  bash, in ~/.bashrc:                 source <(assay completion bash)
  zsh, in ~/.zshrc, after compinit:   source <(assay completion zsh)
  fish, in ~/.config/fish/config.fish: assay completion fish | source

Example:
  $ npx assay completion bash`,
    )
    .action((shell) => {
      const commands = completedOf(program);
      process.stdout.write(shell === 'fish' ? fishScript(commands) : bashScript(commands, shell === 'zsh'));
    });
}

/** What may follow a command. */
interface Completed {
  /** `assay golden verify` */
  readonly path: string;
  readonly subcommands: readonly { readonly name: string; readonly description: string }[];
  /** Of its first argument. */
  readonly choices: readonly string[];
  readonly options: readonly {
    readonly long: string;
    readonly description: string;
    /** Missing where it takes no value; none where any is good. */
    readonly choices?: readonly string[];
  }[];
}

function completedOf(command: CommandUnknownOpts, parent = ''): Completed[] {
  const path = `${parent}${command.name()}`;
  const help = command.createHelp();
  const own: Completed = {
    path,
    subcommands: command.commands.map((subcommand) => ({
      name: subcommand.name(),
      description: subcommand.summary() || subcommand.description(),
    })),
    choices: command.registeredArguments.at(0)?.argChoices ?? [],
    options: help
      .visibleOptions(command)
      .flatMap(({ long, description, argChoices = [], required, optional }) =>
        long ? [{ long, description, ...((required || optional) && { choices: argChoices }) }] : [],
      ),
  };
  return [own, ...command.commands.flatMap((subcommand) => completedOf(subcommand, `${path} `))];
}

/** zsh runs what is written for bash. Where no word fits, files are completed. */
function bashScript(commands: readonly Completed[], isZsh: boolean): string {
  const patterns = (paths: readonly string[]): string => paths.map((path) => `'${path}'`).join(' | ');
  const oneOf = (path: string, words: readonly string[]): string =>
    `    '${path}') words='${words.join(' ')}' ;;`;
  const valued = commands.flatMap(({ path, options }) =>
    options.flatMap(({ long, choices }) =>
      choices === undefined ? [] : [{ path: `${path} ${long}`, choices }],
    ),
  );
  const [given, free] = [
    valued.filter(({ choices }) => choices.length > 0),
    valued.filter(({ choices }) => choices.length === 0),
  ];
  return `${isZsh ? 'autoload -U bashcompinit && bashcompinit\n' : ''}_assay() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" command=assay words='' i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$command \${COMP_WORDS[i]}" in
    ${patterns(commands.slice(1).map(({ path }) => path))}) command="$command \${COMP_WORDS[i]}" ;;
    esac
  done
  case "$command" in
${commands
  .map(({ path, subcommands, choices, options }) =>
    oneOf(path, [...subcommands.map(({ name }) => name), ...choices, ...options.map(({ long }) => long)]),
  )
  .join('\n')}
  esac
  case "$command $previous" in
    ${patterns(free.map(({ path }) => path))}) words='' ;;
${given.map(({ path, choices }) => oneOf(path, choices)).join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _assay assay
`;
}

function fishScript(commands: readonly Completed[]): string {
  const lines = commands.flatMap(({ path, subcommands, choices, options }) => {
    const [, ...names] = path.split(' ');
    const isIn = names.map((name) => `__fish_seen_subcommand_from ${name}`);
    const others = subcommands.map(({ name }) => name).join(' ');
    const isHere = [...isIn, ...(others === '' ? [] : [`not __fish_seen_subcommand_from ${others}`])].join(
      '; and ',
    );
    const complete = `complete -c assay${isHere === '' ? '' : ` -n '${isHere}'`}`;
    return [
      ...subcommands.map(({ name, description }) => `${complete} -f -a ${name} -d ${quoted(description)}`),
      ...(choices.length === 0 ? [] : [`${complete} -f -a '${choices.join(' ')}'`]),
      ...options.map(({ long, description, choices }) => {
        const value =
          choices === undefined ? '' : choices.length === 0 ? ' -r' : ` -x -a '${choices.join(' ')}'`;
        return `${complete} -l ${long.slice(2)}${value} -d ${quoted(description)}`;
      }),
    ];
  });
  return `${lines.join('\n')}\n`;
}

/** As fish takes it. */
function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
