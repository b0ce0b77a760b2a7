// Package lint owns the run of a lint: it collects what the front end and the
// judges found, applies severities and ignore directives, and leaves one finding
// per source line and code. It must not know how a judge decides, nor OPA.
// Invariant: the same input gives the same findings in the same order. Start
// reading at Run; MendAll makes the fixes.
//
// # Adding a rule
//
// Three files, and no Go, as long as the input documents (lint/rego/input.go)
// hold what the rule asks about:
//
//   - policies/CATEGORY/CODE/CODE.rego: package policies.CATEGORY.CODE with "_"
//     for "-", and above it a METADATA block with scope: package, title,
//     description, and custom: severity (error, warning, info), unit, effect, bad
//     and good. The last two are small configurations, files one after another
//     behind "-- NAME --" lines; a test runs them.
//   - policies/CATEGORY/CODE/CODE_test.rego: its unit tests.
//   - testdata/lint/CODE.txtar: a golden archive.
//
// The unit says what one input document holds:
//
//	rule     one live rule, its owner, facts about it (the default)
//	guest    a guest, its NICs, its rules
//	node     a node and the rules of its host.fw
//	file     a .fw file and its rules
//	cluster  options, definitions, nodes and an index of the guests
//
// The policy says
//
//	report contains {"message": "...", "at": ID}
//
// where ID is any "id" of the document; without "at" the finding is about the
// unit itself. "severity" and "effect" may be given to differ from the METADATA
// for this one finding; "remove": true offers to delete the line and, for policies
// that look at input.facts only, "reorder": true to move the rule that takes all
// packets before it. Such fixes are always unsafe. In messages about a rule
// {blockers}, {heirs}, {undercut} and {uses} are filled in with the lines around it
// (lint/rego/cover_detail.go), {guest}, {interface} and {nics} with the guest whose rule
// it is (lint/rego/facts_missing.go). With unit rule and nothing but
// input.facts, "replace" offers to rewrite fields: a list of {"param", "text"} where
// param is action, source, dest, proto, dport, sport, iface, log or icmp-type, and
// an empty text takes the field away; "safe": true promises that no meaning changes.
// deny and warn with plain strings work as well. A policy
// that looks at nothing but input.facts is evaluated once per distinct facts.
//
// In the units file, guest and node input.facts names places by words, such as
// "option ndp", "net0" or "set admins 3" (lint/rego/facts_file.go), and "at" may be
// one of these. A rule that is a matter of taste says default: off under custom:
// it is silent until somebody enables its code.
package lint
