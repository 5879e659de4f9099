#!/bin/sh
# Makes a project a git repository with a first commit: 30-git.sh FOLDER
set -eu

cd "$1"
if ! command -v git >/dev/null; then
    echo 'git is not on PATH' >&2
    echo 'hint: install git, then run: git init && git add --all && git commit' >&2
    exit 4
fi
# A git that runs this (a hook, an alias) says where its own repository is.
# shellcheck disable=SC2046 # names of variables, one word each
unset $(git rev-parse --local-env-vars)

if around=$(git rev-parse --show-toplevel 2>/dev/null) && ! git check-ignore --quiet "${SCAFFOLD_DESTINATION:-$PWD}/"; then
    echo "it lies in the git repository $around" >&2
    echo 'hint: commit it there' >&2
    exit 3
fi

git init --quiet
git symbolic-ref HEAD refs/heads/main
git -c core.excludesFile=/dev/null -c core.safecrlf=false add --all

# Without a name and an address of their own, people get their account's.
account=$(id -un 2>/dev/null || echo nobody)
name=$(git config user.name || echo "$account")
email=$(git config user.email || echo "$account@localhost")
git -c "user.name=$name" -c "user.email=$email" -c commit.gpgSign=false -c core.hooksPath=/dev/null \
    commit --quiet --message 'Start the service'
