# Shared by ./reshelve and ./test; expects $root. Sourced, so it must stay cheap: no process is started until a build is needed.

stamp="$root/artifacts/built.stamp"
program="$root/src/Reshelve.Host/bin/Release/net10.0/reshelve"
# There while the last build could not precompile the program; says why.
precompile_note="$root/src/Reshelve.Host/obj/precompile-note.txt"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# Services and containers may have no home folder, without which the SDK does not start.
[[ -n ${HOME:-} ]] || export DOTNET_CLI_HOME="$root/artifacts/home" NUGET_PACKAGES="$root/artifacts/packages"

# An SDK that was installed for one user is often not on the PATH of a script.
if ! command -v dotnet >/dev/null && [[ -x ${DOTNET_ROOT:-${HOME:-}/.dotnet}/dotnet ]]; then
  export DOTNET_ROOT=${DOTNET_ROOT:-$HOME/.dotnet}
  PATH=$DOTNET_ROOT:$PATH
fi

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

require_sdk() {
  local wanted='Install the .NET 10 SDK: https://dotnet.microsoft.com/download/dotnet/10.0 (Debian, Ubuntu: apt-get install dotnet-sdk-10.0).'
  command -v dotnet >/dev/null ||
    fail "Reshelve needs the .NET 10 SDK, and there is no 'dotnet' on the PATH." "$wanted"
  local version
  version=$(cd "$root" && dotnet --version 2>/dev/null) ||
    fail "Reshelve needs the .NET 10 SDK; the installed SDKs are: $(dotnet --list-sdks 2>/dev/null | cut -d' ' -f1 | paste -sd' ' | grep . || echo none)." "$wanted"
}

# Compares change times (not modification times, which copying may preserve) with the stamp. A folder's changes whenever a file in it is
# made, deleted or renamed, so those count too; bin and obj are made before the stamp for that reason.
out_of_date() {
  [[ -f $stamp && -x $program ]] || return 0
  local inputs=("$root/src" "$root/global.json" "$root/BannedSymbols.txt" "$root/.editorconfig" "$root"/Directory.*.props) newer
  newer=$(find "${inputs[@]}" \( -name bin -o -name obj \) -prune -o -cnewer "$stamp" -print -quit 2>&1)
  [[ -n $newer ]]
}

# One build at a time. The lock's descriptor must not reach the compiler server, which outlives the build and would keep the lock.
with_build_lock() {
  mkdir -p "$root/artifacts"
  {
    ! command -v flock >/dev/null || flock 9
    "$@" 9>&-
  } 9>"$root/artifacts/build.lock"
}

# build <project or solution> [option…]: quiet unless it fails, and then only the errors. What changes while the build runs is newer than
# the stamp.
build() {
  local log project
  for project in "$root"/src/*/; do mkdir -p "$project/bin" "$project/obj"; done
  touch "$stamp.new"
  log=$(cd "$root" && dotnet build "$@" --configuration Release --nologo --verbosity quiet --tl:off \
    -consoleLoggerParameters:'ErrorsOnly;NoSummary' -nodeReuse:false </dev/null 2>&1) ||
    fail "$(printf '%s\n' "$log" | grep -E '(^|[ :])error( [A-Z]+[0-9]+)?:' | sort -u | grep . || printf '%s\n' "$log")" \
      "The build failed; the errors are above."
  mv "$stamp.new" "$stamp"
  [[ ! -f $precompile_note ]] || cat "$precompile_note" >&2
}
