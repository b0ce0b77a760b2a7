# METADATA
# scope: package
# title: A file is not in the house form
# description: |
#   pvefw fmt writes a file so that blanks, blank lines and the order of flags are the same everywhere, without a change of
#   meaning. Where that is done always, a diff shows what was changed and nothing else.
# custom:
#   severity: info
#   unit: file
#   default: off
#   effect: None; changes are harder to review.
#   why: |
#     Changes of blanks in between make a review longer and hide what matters.
#   fix: |
#     Run `pvefw fmt -w` over the files once, and `pvefw fmt --check` in CI from then on.
#   bad: |
#     -- 100.fw --
#     [RULES]
#     IN   ACCEPT   -p tcp -dport 22
#   good: |
#     -- 100.fw --
#     [RULES]
#
#     IN ACCEPT -p tcp -dport 22
package policies.style.not_canonical

report contains {"message": "this file is not in the form that pvefw fmt writes"} if not input.facts.canonical
