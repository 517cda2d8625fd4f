/** The word that a shell's script begins with when it asks what may come next. */
export const ASKS_FOR_OFFERS = '--get-yargs-completions';

export const SHELLS = ['bash', 'zsh'] as const;
export type Shell = (typeof SHELLS)[number];

/** What makes a shell complete the word `slotstorm`, for a file that it reads when it starts. */
export function completionScript(shell: Shell): string {
  return `${[...head(shell), ...(shell === 'bash' ? BASH : ZSH)].join('\n')}\n`;
}

/**
 * A local install puts no slotstorm into PATH, and no shell completes what is behind npx. A function serves both shells and
 * is looked up when it is called, where zsh would take an alias for npx.
 */
function head(shell: Shell): string[] {
  return [
    `# slotstorm: completion for ${shell}. Once:  slotstorm completion ${shell} >> ~/.${shell}rc`,
    `# After a local install (npm install --save-dev):  npx slotstorm completion ${shell} >> ~/.${shell}rc`,
    '# Such an install puts no slotstorm into PATH. Where there is none, this makes the word slotstorm stand for npx slotstorm:',
    '# the one of the project that you are in. Press Tab after slotstorm, not after npx slotstorm.',
    'command -v slotstorm >/dev/null 2>&1 || slotstorm() { npx --no-install slotstorm "$@"; }',
  ];
}

/** Words are read line by line: no shell expands them, whatever they hold. Old enough for the bash of macOS (3.2). */
const BASH = [
  '_slotstorm_completion() {',
  '  local offer',
  '  COMPREPLY=()',
  `  while IFS= read -r offer; do COMPREPLY+=("$offer"); done < <(slotstorm ${ASKS_FOR_OFFERS} "\${COMP_WORDS[@]:0:COMP_CWORD+1}" 2>/dev/null)`,
  '}',
  '# Where nothing is offered, bash completes names of files.',
  'complete -o bashdefault -o default -F _slotstorm_completion slotstorm',
];

const ZSH = [
  '(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }',
  '_slotstorm_completion() {',
  '  local -a offers',
  `  offers=("\${(@f)$(slotstorm ${ASKS_FOR_OFFERS} "\${(@)words[1,CURRENT]}" 2>/dev/null)}")`,
  `  offers=(\${offers:#})`,
  '  if (( $#offers )); then compadd -- $offers; else _files; fi',
  '}',
  'compdef _slotstorm_completion slotstorm',
];
