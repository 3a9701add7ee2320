#!/usr/bin/env bash
# Everything that must hold, in one command: format, lints, tests of all crates, the shipped loops and the example.
# Installs what it needs on Debian; needs only Rust (rustup or cargo with rustfmt and clippy).
set -uo pipefail
cd "$(dirname "$0")" || exit 2
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/medloop/target}"
export CARGO_TERM_COLOR="${CARGO_TERM_COLOR:-auto}" CARGO_INCREMENTAL="${CARGO_INCREMENTAL:-0}"

failed=0
log="$(mktemp)"
trap 'rm -f "$log"' EXIT

say() { printf '\n== %s\n' "$*"; }
step() {
  local title="$1" begun=$SECONDS
  shift
  say "$title"
  if "$@" 2>&1 | tee -a "$log"; then
    printf -- '-- %s: ok, %s s\n' "$title" "$((SECONDS - begun))"
  else
    printf -- '-- %s: FAILED, %s s\n' "$title" "$((SECONDS - begun))"
    failed=$((failed + 1))
  fi
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi; }

# Debian packages that tests need: a compiler for SQLite, a browser and fonts for the pages.
packages=()
command -v cc >/dev/null || packages+=(build-essential)
command -v chromium >/dev/null || packages+=(chromium)
command -v npm >/dev/null || packages+=(npm) # fetches axe-core, which looks at the pages
if command -v fc-list >/dev/null; then
  fc-list :lang=zh 2>/dev/null | grep -q . || packages+=(fonts-noto-cjk)
else
  packages+=(fontconfig fonts-noto-cjk)
fi
if [ "${#packages[@]}" -gt 0 ]; then
  if command -v apt-get >/dev/null; then
    say "installing ${packages[*]}"
    as_root env DEBIAN_FRONTEND=noninteractive sh -c 'apt-get update -qq && apt-get install -y -qq --no-install-recommends "$@"' apt "${packages[@]}" \
      || echo "could not install ${packages[*]}: tests that need them will say so"
  else
    echo "missing: ${packages[*]}: tests that need them will say so"
  fi
fi

cargo fmt --version >/dev/null 2>&1 || rustup component add rustfmt
cargo clippy --version >/dev/null 2>&1 || rustup component add clippy

step "format" cargo fmt --all --check
step "lints" cargo clippy --workspace --all-targets --all-features --locked -- -D warnings
if cargo nextest --version >/dev/null 2>&1; then
  step "tests" cargo nextest run --workspace --locked --no-fail-fast
  step "documentation tests" cargo test --workspace --doc --locked
else
  step "tests" cargo test --workspace --locked --no-fail-fast
fi
# The program that the tests ran, as they built it.
medloop=("$CARGO_TARGET_DIR/debug/medloop")
step "check the loops" "${medloop[@]}" check loops examples/mimic4demo
step "format of the loops" "${medloop[@]}" fmt --check loops examples/mimic4demo
step "test the loops" "${medloop[@]}" test loops examples/mimic4demo

# The numbers of the runners themselves: nextest's summary, or each binary's result line.
plain="$(sed 's/\x1b\[[0-9;]*m//g' "$log")"
passed=$(grep -E 'tests run:|^test result:' <<<"$plain" | grep -Eo '[0-9]+ passed' | grep -Eo '[0-9]+' | paste -sd+ -)
broken=$(grep -E 'tests run:|^test result:' <<<"$plain" | grep -Eo '[0-9]+ failed' | grep -Eo '[0-9]+' | paste -sd+ -)
say "$((${passed:-0})) passed, $((${broken:-0})) failed; $failed steps failed; $SECONDS s"
[ "$failed" = 0 ]
