// Package rego owns the evaluation of Rego policies: compiling them, the input
// documents they see, and turning what they report into findings. It is the only
// user of OPA and must not know any particular rule. Invariant: a policy is a
// pure function of its document, without network, files, environment or clock.
// Start reading at Engine, then policy.go, judge.go (what is evaluated how often)
// and input.go (the documents).
package rego
