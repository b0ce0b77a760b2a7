// Package cli owns the commands: flags, help, exit codes, what goes to standard
// output and what to standard error. It must not know how anything is read,
// resolved, judged or compiled; it calls the packages that do. Invariant: exit
// codes and output shapes are the contract that scripts depend on, and no error
// of Go, and no stack trace, ever reaches a user. Start reading at Main, then
// root.go; each command is one file.
package cli
