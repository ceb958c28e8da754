#!/usr/bin/env bash
# The step of action.yml: judges logs with `assay check`. The verdicts go to the log of the job, as annotations to the pull request, as
# Markdown to the summary of the job, and as JUnit into a file. Ends as `assay check` does: 0, 1 found wanting, 2 bad input.
# It also runs in bash 3.2, which macOS has.
set -uo pipefail

# What a workflow command may not have as it is: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
escaped() {
  local text=${1//'%'/%25}
  text=${text//$'\r'/%0D}
  printf '%s' "${text//$'\n'/%0A}"
}

refuse() {
  printf '::error title=assay::%s\n' "$(escaped "$1")"
  exit 2
}

# Lines of an input, without blanks around them, into the array `lines`.
lines_of() {
  lines=()
  local line
  while IFS= read -r line || [ -n "$line" ]; do
    line=${line%$'\r'}
    line=${line#"${line%%[![:space:]]*}"}
    line=${line%"${line##*[![:space:]]}"}
    [ -n "$line" ] && lines+=("$line")
  done <<<"$1"
}

cd "$GITHUB_WORKSPACE" || refuse "no folder $GITHUB_WORKSPACE"

# A log that two patterns match is judged once: bands are wider the more runs are judged together.
paths=()
add_path() {
  local path
  for path in ${paths[@]+"${paths[@]}"}; do
    [ "$path" = "$1" ] && return
  done
  paths+=("$1")
}

# The files that a pattern matches; a file of just that name goes first, so that a name may have brackets.
add_paths() {
  local pattern=$1 found path blanks=$IFS
  if [ -e "$pattern" ]; then
    add_path "$pattern"
    return
  fi
  case $pattern in
    *'**'*) shopt -s globstar 2>/dev/null || refuse "logs: '**' in '$pattern' takes bash 4 or later, and this is $BASH_VERSION" ;;
  esac
  # Not in quotes, so that it is expanded; IFS is empty, so that blanks do not part it.
  shopt -s nullglob
  IFS=
  # shellcheck disable=SC2206
  found=($pattern)
  IFS=$blanks
  shopt -u nullglob
  # A log that is missing must not look like one that holds.
  [ "${#found[@]}" -gt 0 ] && [ -e "${found[0]}" ] || refuse "logs: no file matches '$pattern' in $GITHUB_WORKSPACE"
  for path in "${found[@]}"; do add_path "$path"; done
}
lines_of "${INPUT_LOGS:-}"
[ "${#lines[@]}" -gt 0 ] || refuse 'logs: no path or pattern is given'
for line in "${lines[@]}"; do add_paths "$line"; done

options=()
[ -n "${INPUT_STUDY:-}" ] && options+=(--study "$INPUT_STUDY")
lines_of "${INPUT_CONDITION:-}"
[ "${#lines[@]}" -gt 0 ] && options+=(--condition "${lines[@]}")
case ${INPUT_ALLOW_UNJUDGED:-false} in
  true) options+=(--allow-unjudged) ;;
  false) ;;
  *) refuse "allow-unjudged: expected true or false, got '$INPUT_ALLOW_UNJUDGED'" ;;
esac
options+=(--) # a file may be called --help
options+=("${paths[@]}")

# The program: that of the project, whose version its lock file holds, before the one that comes with this action.
node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' 2>/dev/null ||
  refuse 'assay takes Node 20 or later: put actions/setup-node before this step'
if [ -n "${INPUT_ASSAY:-}" ]; then
  home=$INPUT_ASSAY
elif [ -e node_modules/assay/bin/assay.js ]; then
  home=node_modules/assay
else
  home=$GITHUB_ACTION_PATH
  if [ ! -e "$home/dist/cli/main.js" ]; then
    echo '::group::assay is built'
    (cd "$home" && npm ci --no-audit --no-fund) || refuse 'assay could not be built; the log of this step says why'
    echo '::endgroup::'
  fi
fi
[ -e "$home/bin/assay.js" ] || refuse "assay: no bin/assay.js in '$home'"

output=$(mktemp) || refuse 'no temporary file can be made'
trap 'rm -f "$output"' EXIT
junit=()
[ -n "${INPUT_JUNIT:-}" ] && junit=(--junit "$INPUT_JUNIT")
node "$home/bin/assay.js" check --github ${junit[@]+"${junit[@]}"} "${options[@]}" >"$output" 2>&1
status=$?

# Logs are others' text: of what stands there, only annotations are commands.
token=assay-$(node -p 'require("node:crypto").randomUUID()')
printf '::stop-commands::%s\n' "$token"
grep -vE '^::(error|warning) ' "$output"
printf '\n::%s::\n' "$token"
grep -E '^::(error|warning) ' "$output"
if [ "$status" -ge 2 ] && ! grep -qE '^::error ' "$output"; then
  printf '::error title=assay::%s\n' "$(escaped "$(cat "$output")")"
fi

if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
  node "$home/bin/assay.js" check --markdown "${options[@]}" >"$output" 2>/dev/null
  # GitHub takes 1 MiB of a step, and none of more.
  if [ "$(wc -c <"$output")" -le 1000000 ]; then
    cat "$output" >>"$GITHUB_STEP_SUMMARY"
  else
    echo 'The judgements are too long for a summary; the log of the step has them.' >>"$GITHUB_STEP_SUMMARY"
  fi
fi
exit "$status"
