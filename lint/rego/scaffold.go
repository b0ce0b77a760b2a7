package rego

import (
	"fmt"
	"regexp"
	"strings"
)

// Scaffold is a new policy: the texts of its files by path.
type Scaffold struct{ Rule, Test, Archive File }

// File is a path, "/" separated, and a text.
type File struct{ Path, Text string }

var kebabName = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// NewPolicy writes a policy CATEGORY/CODE to start from. Its unit test fails
// until somebody has said what the policy is about.
func NewPolicy(name string) (Scaffold, error) {
	category, code, ok := strings.Cut(name, "/")
	if !ok || !kebabName.MatchString(category) || !kebabName.MatchString(code) {
		return Scaffold{}, fmt.Errorf("a policy is named CATEGORY/CODE in lower case with hyphens, such as exposure/%s", "ssh-open-to-any")
	}
	if category == "lib" {
		return Scaffold{}, fmt.Errorf("lib is for what several policies share; it is no category")
	}
	pkg := "policies." + snake(category) + "." + snake(code)
	base := category + "/" + code + "/" + code
	fill := strings.NewReplacer("PACKAGE", pkg, "CODE", code)
	return Scaffold{
		Rule:    File{base + ".rego", fill.Replace(newRule)},
		Test:    File{base + "_test.rego", fill.Replace(newTest)},
		Archive: File{base + ".txtar", fill.Replace(newArchive)},
	}, nil
}

func snake(word string) string { return strings.ReplaceAll(word, "-", "_") }

const newRule = `# METADATA
# scope: package
# title: What is wrong, in one line without a full stop
# description: |
#   Why it matters and what Proxmox does, for "pvefw explain CODE".
# custom:
#   severity: warning
#   unit: rule
#   effect: What happens because of it, in one sentence.
#   why: |
#     What it costs to leave it as it is.
#   fix: |
#     The way out.
#   bad: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     IN ACCEPT -p tcp -dport 23
#   good: |
#     -- 100.fw --
#     [OPTIONS]
#     enable: 1
#
#     [RULES]
#     IN ACCEPT -p tcp -dport 22
package PACKAGE

report contains {"message": message} if {
	input.facts.direction == "in"
	input.facts.action == "ACCEPT"
	some range in input.facts.ports
	range.proto == "tcp"
	range.first <= 23
	range.last >= 23
	message := "this rule opens port 23"
}
`

const newTest = `package PACKAGE_test

import data.PACKAGE as policy

facts := {"direction": "in", "action": "ACCEPT", "ports": [{"proto": "tcp", "first": 23, "last": 23}]}

messages(change) := {found.message | some found in policy.report with input as {"facts": object.union(facts, change)}}

# Say here what CODE is about; this message is only the example's.
test_message if messages({}) == {"CODE has no message yet"}

test_silent_on_drop if messages({"action": "DROP"}) == set()
`

const newArchive = `-- 100.fw --
[OPTIONS]
enable: 1

[RULES]
IN ACCEPT -p tcp -dport 23
-- want/diagnostics --
warning[CODE]: this rule opens port 23
 --> 100.fw:5:1
  |
5 | IN ACCEPT -p tcp -dport 23
  | ^^^^^^^^^^^^^^^^^^^^^^^^^^
  = effect: What happens because of it, in one sentence.

1 warning
`
